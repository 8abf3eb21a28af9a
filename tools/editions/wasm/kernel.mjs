// A kernel in Node: node kernel.mjs FOLDER LOCK INSIDE.py NAME,...; each line in is {code}, each line out the cell's messages.
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [folder, lock, inside, names] = process.argv.slice(2);
const answer = (line) => {
  let bytes = Buffer.from(line + "\n");
  while (bytes.length) {
    try {
      bytes = bytes.subarray(writeSync(1, bytes));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
};
try {
  const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`));
  const python = await loadPyodide({
    indexURL: `${folder}/`,
    lockFileURL: lock,
    packages: names.split(","),
    env: { HOME: "/home/pyodide", MPLBACKEND: "module://matplotlib_inline.backend_inline" },
    stdout: (text) => process.stderr.write(text + "\n"),
    checkIntegrity: true,
  });
  python.runPython(readFileSync(inside, "utf8"));
  const execute = python.globals.get("execute");
  answer(JSON.stringify({ ready: process.uptime() }));
  for await (const line of createInterface({ input: process.stdin })) {
    const messages = execute(JSON.parse(line).code); // Passed on as text: JavaScript would make 1.0 a 1.
    const { user, system } = process.cpuUsage();
    answer(`{"messages": ${messages}, "seconds": ${process.uptime()}, "cpu": ${(user + system) / 1e6}}`);
  }
} catch (error) {
  console.error(String(error.stack ?? error).slice(-3000));
  process.exit(1);
}
