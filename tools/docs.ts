/**
 * Reads the output of `deno doc --lint` and then of `deno doc --json`, and checks that every export is
 * documented, and every parameter and return value of a public function.
 *
 * The linter reports types of packages as private, since no entry point exports them. These
 * complaints are left out; complaints about types of this project stay.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { filesBelow, placeBelow } from "../tasks/cli/files.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { root } from "../tasks/cli/project.ts";

const usage: Usage = {
  command: "deno task docs",
  summary:
    "Checks that every export, parameter and return value of the entry points is documented.",
  flags: [],
  more: "Exits with 1 if an export, a parameter or a return value has no documentation.",
  examples: [],
};

/**
 * Finds the complaints of the linter that are not about types of packages.
 *
 * @param output The output of `deno doc --lint`, without colours.
 * @param declared The names of this project's types.
 * @returns The complaints, as the linter writes them.
 */
export function complaints(output: string, declared: ReadonlySet<string>): string[] {
  return output.split(/(?=^error\[)/m).filter((block) => block.startsWith("error")).filter(
    (block) => {
      const [, type] =
        /^error\[private-type-ref\].*references private type '([^']+)'/.exec(block) ??
          [];
      return type === undefined || declared.has(type.split(".")[0] ?? type);
    },
  );
}

/**
 * Finds the types and classes that a source text declares.
 *
 * @param source The source text.
 * @returns Their names.
 */
export function declaredTypes(source: string): string[] {
  return [...source.matchAll(/\b(?:interface|type|class|enum)\s+([A-Z]\w*)/g)]
    .map(([, name = ""]) => name);
}

const docSchema = z.looseObject({
  tags: z.array(z.looseObject({
    kind: z.string(),
    name: z.string().optional(),
    doc: z.string().optional(),
  })).optional(),
}).optional();

const parameter = z.looseObject({
  kind: z.string(),
  name: z.string().optional(),
  /** The parameter before a default value. */
  left: z.looseObject({ name: z.string().optional() }).optional(),
  /** The parameter after three dots. */
  arg: z.looseObject({ name: z.string().optional() }).optional(),
});

const type = z.looseObject({
  repr: z.string().optional(),
  value: z.unknown().optional(),
}).nullish();

/** The type argument of `Promise<...>`. */
const promise = z.object({ typeParams: z.array(z.object({ repr: z.string().optional() })) });

const signature = z.looseObject({ params: z.array(parameter), returnType: type });

const location = z.object({ filename: z.string(), line: z.int() });

const member = z.looseObject({
  name: z.string(),
  jsDoc: docSchema,
  location,
  accessibility: z.string().nullish(),
  isOverride: z.boolean().optional(),
  kind: z.string().optional(),
  functionDef: signature.optional(),
  params: z.array(parameter).optional(),
  returnType: type,
});

const declaration = z.looseObject({
  location,
  kind: z.string(),
  jsDoc: docSchema,
  def: z.looseObject({
    params: z.array(parameter).optional(),
    returnType: type,
    constructors: z.array(member).optional(),
    methods: z.array(member).optional(),
  }).optional(),
});

const docs = z.object({
  nodes: z.record(
    z.string(),
    z.looseObject({
      symbols: z.array(z.looseObject({ name: z.string(), declarations: z.array(declaration) })),
    }),
  ),
});

/** A public function: its position, documentation and signature. */
interface PublicFunction {
  readonly name: string;
  readonly location: z.infer<typeof location>;
  readonly jsDoc: z.infer<typeof docSchema>;
  readonly params: readonly z.infer<typeof parameter>[];
  /** Whether the function returns a value. */
  readonly returns: boolean;
}

/**
 * Finds the parameters and return values of public functions, constructors and methods that no
 * `@param` or `@returns` documents. A method that overrides another inherits its documentation.
 *
 * @param json The output of `deno doc --json`.
 * @returns A line for each function with something missing: its file, line, name, and what is missing.
 */
export function undocumented(json: string): string[] {
  const found = new Map<string, string>();
  for (const { symbols } of Object.values(docs.parse(JSON.parse(json)).nodes)) {
    for (const { name, declarations } of symbols) {
      for (const one of declarations.flatMap((each) => functionsOf(name, each))) {
        const missing = missingOf(one);
        if (missing.length === 0) continue;
        const { filename, line } = one.location;
        const place = `${filename.replace(root.href, "")}:${line}`;
        found.set(place, `${place} ${one.name}: ${missing.join(", ")}`);
      }
    }
  }
  return [...found.values()].sort();
}

/** The public functions of a declaration. */
function functionsOf(name: string, found: z.infer<typeof declaration>): PublicFunction[] {
  const { kind, location, jsDoc, def = {} } = found;
  if (kind === "function") {
    return [{
      ...{ name: `${name}()`, location, jsDoc },
      ...{ params: def.params ?? [], returns: givesValue(def.returnType) },
    }];
  }
  const members = [
    // A constructor without documentation implements documented overloads.
    ...(def.constructors ?? []).filter(({ jsDoc }, _, all) => jsDoc || all.length === 1)
      .filter(({ jsDoc }) => !jsDoc?.tags?.some(({ kind }) => kind === "ignore"))
      .map((one) => ({ ...one, name: `new ${name}()`, returns: false })),
    ...(def.methods ?? []).filter(({ kind, isOverride }) => {
      return kind !== "getter" && kind !== "setter" && !isOverride;
    }).map((one) => ({
      ...{ ...one, name: `${name}.${one.name}()` },
      returns: givesValue(one.functionDef ? one.functionDef.returnType : one.returnType),
    })),
  ];
  const isPublic = members.filter(({ accessibility }) => (accessibility ?? "public") === "public");
  return isPublic.map(({ name, location, jsDoc, functionDef, params, returns }) => {
    return { name, location, jsDoc, params: params ?? functionDef?.params ?? [], returns };
  });
}

/** Whether a return type has a value. */
function givesValue(returnType: z.infer<typeof type>): boolean {
  if (!returnType) return false;
  const { repr = "", value } = returnType;
  if (repr !== "Promise") return !/^(void|never)$|^asserts /.test(repr);
  const { data } = promise.safeParse(value);
  return !/^(void|never)$/.test(data?.typeParams[0]?.repr ?? "");
}

/** Lists the missing tags of a function: `"@param x"`, `"@returns"`. */
function missingOf({ jsDoc, params, returns }: PublicFunction): string[] {
  const tags = (jsDoc?.tags ?? []).filter(({ doc = "" }) => doc.trim() !== "");
  const documented = tags.filter(({ kind }) => kind === "param").map(({ name }) => name);
  const names = params.map((one) => one.name ?? one.left?.name ?? one.arg?.name);
  const spare = documented.filter((name) => !names.includes(name)).length;
  // A destructured parameter has no name, so any other @param documents it.
  const unnamed = names.filter((name) => name === undefined).length;
  return [
    ...names.filter((name) => name !== undefined && !documented.includes(name))
      .map((name) => `@param ${name}`),
    ...(unnamed > spare ? ["@param of an object that is taken apart"] : []),
    ...(returns && !tags.some(({ kind }) => kind === "return") ? ["@returns"] : []),
  ];
}

/** Reads the two outputs from standard input, and shows the missing documentation. */
async function checkAll(): Promise<number> {
  const input = await new Response(Deno.stdin.readable).text();
  const start = input.search(/^\{$/m);
  const plain = stripVTControlCharacters(start < 0 ? input : input.slice(0, start));
  const declared = new Set<string>();
  for (const path of await filesBelow(new URL("src/", root), "src/")) {
    for (const name of declaredTypes(await Deno.readTextFile(placeBelow(root, path)))) {
      declared.add(name);
    }
  }
  const found = complaints(plain, declared);
  // If the linter fails for another reason, such as a file that cannot be read, its output is
  // shown.
  if (found.length === 0 && !/^error\[|^Checked /m.test(plain) && /error/.test(plain)) {
    found.push(plain);
  }
  for (const complaint of found) console.error(complaint);
  if (start < 0) {
    if (found.length === 0) console.error(plain);
    return FAILED;
  }
  const missing = undocumented(input.slice(start));
  for (const line of missing) console.error(`${line} is not documented`);
  if (found.length > 0 || missing.length > 0) return FAILED;
  console.log("Documentation: every export, parameter and return value is documented");
  return DONE;
}

if (import.meta.main) {
  await main(async () => {
    const line = parseCommandLine(Deno.args, usage);
    if (!line.help) return await checkAll();
    console.log(helpText(usage));
    return DONE;
  });
}
