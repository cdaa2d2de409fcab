/* From the text of a module to the engine's code; file and line by the source map that TypeScript's compiler wrote. */

#include "xsAll.h"
#include "xsScript.h"
#include "engine/board.h"
#include "engine/host.h"
#include "engine/limits.h"
#include "modules/compile.h"
#include "modules/path.h"

typedef struct {
	const unsigned char* next;
	const unsigned char* end;
} Text;

static int readText(void* stream)
{
	Text* text = stream;
	return text->next < text->end ? *text->next++ : C_EOF;
}

static void reportSyntaxError(void* console, txString path, txInteger line, txString format, c_va_list arguments)
{
	char text[128];
	vsnprintf(text, sizeof(text), format, arguments);
	reportLine("%s:%d: %s", path ? path : "?", (int)line, text);
}

/* Lines and path of the source that a compiler made the module from, by the source map `name` beside it. */
static void mapSource(txParser* parser, const char* path, txString name)
{
	char mapPath[MODULE_PATH_MAXIMUM];
	char full[2 * MODULE_PATH_MAXIMUM];
	char source[MODULE_PATH_MAXIMUM];
	size_t size;
	char* map;
	Text text;
	if (!modulePathJoin(mapPath, path, name) || !(map = boardReadModule(mapPath, &size)))
		return;
	text = (Text){ (unsigned char*)map, (unsigned char*)map + size };
	fxParserSourceMap(parser, &text, readText, mxDebugFlag, &name);
	free(map);
	snprintf(full, sizeof(full), "%s/%s", host.modulesFolder, path);
	if (parser->errorCount == 0 && name && modulePathJoin(source, full, name))
		parser->path = fxNewParserSymbol(parser, source);
}

static void visitImport(const ModuleCompilation* compilation, txNode* node)
{
	txToken token = node->description->token;
	txNode* from = token == XS_TOKEN_IMPORT ? ((txImportNode*)node)->from
		: token == XS_TOKEN_EXPORT ? ((txExportNode*)node)->from : NULL;
	if (from)
		compilation->onImport(((txStringNode*)from)->value, compilation->context);
}

/* Static imports stand at the top level of a module: the only statement, or in the list of them. */
static void visitImports(const ModuleCompilation* compilation, txNode* module)
{
	txNode* body = ((txModuleNode*)module)->body;
	if (body->description->token == XS_TOKEN_STATEMENTS) {
		txNode* item;
		for (item = ((txStatementsNode*)body)->items->first; item; item = item->next)
			visitImport(compilation, item);
	}
	else
		visitImport(compilation, body);
}

txScript* moduleCompile(ModuleCompilation* compilation)
{
	txParser parser;
	txParserJump jump;
	txScript* volatile script = NULL;
	txString name = NULL;
	const unsigned char* bytes = (const unsigned char*)compilation->text;
	Text text = { bytes, bytes + compilation->size };
	fxInitializeParser(&parser, compilation->machine, PARSER_BUFFER, PARSER_MODULO);
	parser.reportError = reportSyntaxError;
	parser.firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		parser.path = fxNewParserSymbol(&parser, (txString)compilation->path);
		fxParserTree(&parser, &text, readText, compilation->lines ? mxDebugFlag : 0, &name);
		if (compilation->lines && name)
			mapSource(&parser, compilation->path, name);
		if (compilation->onImport && parser.errorCount == 0)
			visitImports(compilation, parser.root);
		fxParserHoist(&parser);
		fxParserBind(&parser);
		script = fxParserCode(&parser);
	}
	compilation->parserBytes = parser.total;
	fxTerminateParser(&parser);
	return script;
}
