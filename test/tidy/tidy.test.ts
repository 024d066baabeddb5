// In one file, so that one worker has the parser and each source is parsed once for all rules.
import './imports.cases.ts';
import './invariants.cases.ts';
import './size.cases.ts';
