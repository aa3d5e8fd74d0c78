import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import type { OpenAPIV3_1 } from "openapi-types";

/** The page and what it loads come from here, and it asks nobody else. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  // a style that the page's script makes by itself
  "style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** No operation has links; on phones, what stands beside one another stands below. */
const pageStyle = `
.swagger-ui .response-col_links { display: none !important; }
@media (max-width: 640px) {
  .swagger-ui table.responses-table, .swagger-ui table.responses-table > tbody,
  .swagger-ui table.responses-table > tbody > tr,
  .swagger-ui table.responses-table > tbody > tr > td,
  .swagger-ui table.parameters, .swagger-ui table.parameters > tbody,
  .swagger-ui table.parameters > tbody > tr, .swagger-ui table.parameters > tbody > tr > td {
    display: block; width: auto; max-width: none;
  }
  .swagger-ui table.responses-table > thead, .swagger-ui table.parameters > thead { display: none; }
  .swagger-ui .response-col_status { font-weight: bold; padding: 16px 0 0; }
  .swagger-ui table.responses-table > tbody > tr > td.response-col_description { padding-top: 4px; }
  .swagger-ui select { max-width: 100%; }
}
`;

/** The document at `/openapi.json` and a page to browse it at `/docs`. */
export function serveDocs(app: FastifyInstance, document: OpenAPIV3_1.Document): void {
  const text = `${JSON.stringify(document, undefined, 2)}\n`;
  app.get("/openapi.json", async (_request, reply) => {
    await reply
      .header("cache-control", "no-cache")
      .type("application/json; charset=utf-8")
      .send(text);
  });
  void app.register(swagger, { mode: "static", specification: { document } });
  void app.register(async (scope) => {
    scope.addHook("onSend", async (_request, reply, payload) => {
      const isPage = String(reply.getHeader("content-type")).startsWith("text/html");
      return isPage && typeof payload === "string" ? forPhones(payload) : payload;
    });
    await scope.register(swaggerUi, {
      routePrefix: "/docs",
      staticCSP: pagePolicy,
      logo: null,
      uiConfig: { docExpansion: "list", deepLinking: true, layout: "BaseLayout" },
      theme: {
        title: document.info.title,
        css: [{ filename: "realmwright.css", content: pageStyle }],
      },
    });
  });
}

/** The page as its maker has it is laid out for a desk, and shown smaller on phones. */
function forPhones(page: string): string {
  const wide = '<meta name="viewport" content="width=device-width, initial-scale=1" />';
  return page.replace("<head>", `<head>\n      ${wide}`);
}
