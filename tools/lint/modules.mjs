/** Lint rule for doors: what a package offers is named, so that a change of it is seen. */
export const namedExports = {
  create(/** @type {any} */ context) {
    return {
      ExportAllDeclaration(/** @type {any} */ node) {
        context.report({ node, message: "a door names each of its exports" });
      },
    };
  },
};

/** Lint rule: modules hold no state, so that two servers or two tests in one process cannot meet in it. */
export const noModuleState = {
  create(/** @type {any} */ context) {
    const report = (/** @type {any} */ node) =>
      context.report({
        node,
        message:
          "no mutable state in a module: pass it in, or declare it readonly if it never changes",
      });
    return {
      Program(/** @type {any} */ program) {
        for (const statement of program.body) {
          const declaration = statement.declaration ?? statement;
          if (declaration.type !== "VariableDeclaration" || declaration.declare) continue;
          for (const variable of declaration.declarations) {
            if (declaration.kind !== "const" || startsEmpty(variable)) report(variable);
          }
        }
      },
      PropertyDefinition(/** @type {any} */ property) {
        if (property.static && !property.readonly) report(property);
      },
    };
  },
};

/**
 * An empty collection is there to be filled later, unless its type says that it stays empty. Typed arrays pass: a
 * buffer for one computation is no state.
 *
 * @param {any} variable
 */
function startsEmpty({ id, init }) {
  const type = id.typeAnnotation?.typeAnnotation;
  const isReadonly = type?.operator === "readonly" || type?.typeName?.name?.startsWith("Readonly");
  if (isReadonly || init == null) return false;
  switch (init.type) {
    case "ArrayExpression":
      return init.elements.length === 0;
    case "ObjectExpression":
      return init.properties.length === 0;
    case "NewExpression":
      return /^(Weak)?(Map|Set)$/.test(init.callee.name) && init.arguments.length === 0;
    default:
      return false;
  }
}
