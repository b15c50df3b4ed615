// Writes docs/formats/report.schema.json from the schema that files are checked by.
import { writeFileSync } from "node:fs";
import { reportJsonSchema } from "./schema.ts";

const path = new URL("../../../../docs/formats/report.schema.json", import.meta.url);
writeFileSync(path, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
