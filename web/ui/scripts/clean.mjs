// Empties dist but for the file that git keeps there.
import { readdirSync, rmSync } from 'node:fs';

for (const name of readdirSync('dist')) if (name !== '.keep') rmSync(`dist/${name}`, { recursive: true });
