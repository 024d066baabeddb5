import { Contract, ContractFactory, type Signer } from 'ethers';
import artifact from './test-usdt.artifact.json' with { type: 'json' };

/** The interface of contracts/TestUSDT.sol. */
export const testTokenAbi = artifact.abi;

/** Deploys TestUSDT and waits until it is mined. The signer owns it: it alone can mint. */
export async function deployTestToken(signer: Signer): Promise<{ address: string }> {
  const factory = new ContractFactory(artifact.abi, artifact.bytecode, signer);
  const contract = await factory.deploy();
  await contract.waitForDeployment();
  return { address: await contract.getAddress() };
}

/** Mints `amount` (millionths of a dollar) to an address; waits until it is mined. */
export async function mintTestToken(
  owner: Signer,
  token: string,
  to: string,
  amount: bigint,
): Promise<void> {
  const mint = new Contract(token, artifact.abi, owner).getFunction('mint');
  const sent = await mint.send(to, amount);
  await sent.wait();
}
