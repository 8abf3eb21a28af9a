// Pack wheels anew inside Pyodide: node compile.mjs CORE INSIDE.py JOBS.json, where a job is {from, to, leftOut, withSources}.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [core, inside, jobs] = process.argv.slice(2);
try {
  const { loadPyodide } = await import(pathToFileURL(`${core}/pyodide.mjs`));
  const python = await loadPyodide({ indexURL: `${core}/` });
  python.runPython(readFileSync(inside, "utf8"));
  for (const { from, to, ...options } of JSON.parse(readFileSync(jobs, "utf8"))) {
    python.FS.writeFile("/old", readFileSync(from));
    python.globals.set("options", JSON.stringify(options));
    python.runPython("write('/old', '/new', options)");
    writeFileSync(`${to}.partial`, python.FS.readFile("/new"));
    renameSync(`${to}.partial`, to);
  }
} catch (error) {
  console.error(String(error.message ?? error).slice(-3000));
  process.exit(1);
}
