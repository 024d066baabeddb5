import { MemoryArchive } from '../../../src/adapters/memory/archive.ts';
import { MemoryKeyRegister } from '../../../src/adapters/memory/key-register.ts';
import { archiveContract } from '../../archive.contract.ts';
import { keyRegisterContract } from '../../keys.contract.ts';

const register = new MemoryKeyRegister();
const archive = new MemoryArchive();

keyRegisterContract('memory', () => register);
archiveContract('memory', () => archive);
