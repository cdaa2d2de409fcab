/*
 * The parser's code refers to a list of symbols of its own and is copied by the engine as it runs. In flash it has the
 * IDs of the project's key table, and its functions and strings are used where they lie: CODE_ARCHIVE, STRING_ARCHIVE.
 * Names of variables are for messages only ("get x: not initialized yet"): without them there are fewer keys, and more
 * lists of variables are equal (preload/compact.c).
 */

#include "xsAll.h"
#include "xsScript.h"
#include "compiler/code.h"
#include "compiler/keys.h"
#include "engine/host.h"

/* The script's own symbols, by the numbers that they have in its code: one after the other in its table, from 1. */
static char** readSymbols(const txScript* script)
{
	txByte* next = script->symbolsBuffer;
	txID count, index;
	char** symbols;
	mxDecodeID(next, count);
	symbols = malloc((size_t)count * sizeof(*symbols));
	if (!symbols) {
		reportLine("no memory for the symbols of a module");
		exit(EXIT_FAILED);
	}
	for (index = 1; index < count; index++) {
		symbols[index] = (char*)next;
		next += c_strlen((char*)next) + 1;
	}
	return symbols;
}

static txU1 inPlace(txU1 code)
{
	switch (code) {
	case XS_CODE_CODE_1: return XS_CODE_CODE_ARCHIVE_1;
	case XS_CODE_CODE_2: return XS_CODE_CODE_ARCHIVE_2;
	case XS_CODE_CODE_4: return XS_CODE_CODE_ARCHIVE_4;
	case XS_CODE_STRING_1: return XS_CODE_STRING_ARCHIVE_1;
	case XS_CODE_STRING_2: return XS_CODE_STRING_ARCHIVE_2;
	case XS_CODE_STRING_4: return XS_CODE_STRING_ARCHIVE_4;
	default: return code;
	}
}

/* Variables are found by their places. Only private names (#name) are compared, too. */
static bool isOfVariable(txU1 code, const char* symbol)
{
	return (code == XS_CODE_NEW_LOCAL || code == XS_CODE_NEW_CLOSURE) && symbol[0] != '#';
}

/* A method gets the name of its property. */
static bool isOfFunction(txU1 code)
{
	switch (code) {
	case XS_CODE_ASYNC_FUNCTION:
	case XS_CODE_ASYNC_GENERATOR_FUNCTION:
	case XS_CODE_CONSTRUCTOR_FUNCTION:
	case XS_CODE_FUNCTION:
	case XS_CODE_GENERATOR_FUNCTION:
	case XS_CODE_NAME:
		return true;
	default:
		return false;
	}
}

typedef void (*InstructionVisitor)(txByte* at, bool loading, void* context);

txSize codeInstructionSize(const txByte* at)
{
	/* 0: an ID follows; negative: so many bytes that hold the size of what follows. */
	txS1 size = gxCodeSizes[*(const txU1*)at];
	txU2 following2;
	txS4 following4;
	switch (size) {
	case 0: return 1 + sizeof(txID);
	case -1: return 2 + *(const txU1*)(at + 1);
	case -2:
		c_memcpy(&following2, at + 1, sizeof(following2));
		return 1 + sizeof(following2) + following2;
	case -4:
		c_memcpy(&following4, at + 1, sizeof(following4));
		return 1 + sizeof(following4) + following4;
	default: return size;
	}
}

/* What is outside of all functions declares imports and exports: it runs while the module is loaded. */
static void forEachInstruction(const txScript* script, InstructionVisitor visit, void* context)
{
	txByte* at = script->codeBuffer;
	txByte* end = at + script->codeSize;
	txByte* functionEnd = at;
	while (at < end) {
		txU1 code = *(txU1*)at;
		txByte* next = at + codeInstructionSize(at);
		txS2 size2;
		txS4 size4;
		visit(at, at >= functionEnd, context);
		if (at >= functionEnd)
			switch (code) {
			case XS_CODE_CODE_1: functionEnd = next + at[1]; break;
			case XS_CODE_CODE_2:
				c_memcpy(&size2, at + 1, sizeof(size2));
				functionEnd = next + size2;
				break;
			case XS_CODE_CODE_4:
				c_memcpy(&size4, at + 1, sizeof(size4));
				functionEnd = next + size4;
				break;
			default: break;
			}
		at = next;
	}
}

typedef struct {
	char** symbols;
	CodeNames kept;
	/* Names of exports are asked for while the application runs. */
	bool exports;
} Names;

/* The name that the instruction has as its operand; NULL when it has none. */
static const char* nameOf(const txByte* at, const Names* names)
{
	txU1 code = *(const txU1*)at;
	const char* symbol;
	txID id;
	if (gxCodeSizes[code] != 0)
		return NULL;
	at++;
	mxDecodeID(at, id);
	if (id == XS_NO_ID)
		return NULL;
	symbol = names->symbols[id];
	if ((!names->kept.variables && isOfVariable(code, symbol)) || (!names->kept.functions && isOfFunction(code)))
		return NULL;
	return symbol;
}

static void useName(txByte* at, bool loading, void* context)
{
	const Names* names = context;
	const char* name = nameOf(at, names);
	if (name)
		keyUse(name, loading && !names->exports && *(txU1*)at == XS_CODE_SYMBOL);
}

static void rewrite(txByte* at, bool loading, void* context)
{
	txU1 code = *(txU1*)at;
	const char* name = nameOf(at, context);
	*(txU1*)at++ = inPlace(code);
	if (gxCodeSizes[code] == 0) {
		txID id = name ? keyId(name) : XS_NO_ID;
		mxEncodeID(at, id);
	}
}

void codeUseNames(const txScript* script, CodeNames kept, bool exports)
{
	Names names = { .symbols = readSymbols(script), .kept = kept, .exports = exports };
	forEachInstruction(script, useName, &names);
	free(names.symbols);
}

void codeFinish(txScript* script, CodeNames kept)
{
	Names names = { .symbols = readSymbols(script), .kept = kept };
	forEachInstruction(script, rewrite, &names);
	free(names.symbols);
}

typedef struct {
	CodeUseVisitor visit;
	void* context;
	Names names;
} Uses;

/* Constructs for which the engine calls functions that nothing names. */
static const char* constructOf(txU1 code)
{
	switch (code) {
	case XS_CODE_ASYNC_FUNCTION: return "async";
	case XS_CODE_ASYNC_GENERATOR_FUNCTION: return "async-generator";
	case XS_CODE_BIGINT_1: case XS_CODE_BIGINT_2: return "bigint";
	case XS_CODE_COPY_OBJECT: return "object-spread";
	case XS_CODE_EVAL: case XS_CODE_EVAL_TAIL: return "eval";
	case XS_CODE_FOR_AWAIT_OF: return "for-await";
	case XS_CODE_FOR_IN: return "for-in";
	case XS_CODE_GENERATOR_FUNCTION: return "generator";
	case XS_CODE_REGEXP: return "regexp";
	default: return NULL;
	}
}

static void visitUse(txByte* at, bool loading, void* context)
{
	const Uses* uses = context;
	txU1 code = *(txU1*)at;
	const char* name = nameOf(at, &uses->names);
	const char* construct = constructOf(code);
	txU2 size2;
	if (name)
		uses->visit("name", name, strlen(name), uses->context);
	if (construct)
		uses->visit("construct", construct, strlen(construct), uses->context);
	if (code == XS_CODE_STRING_1)
		uses->visit("text", (char*)at + 2, strnlen((char*)at + 2, *(txU1*)(at + 1)), uses->context);
	if (code == XS_CODE_STRING_2) {
		c_memcpy(&size2, at + 1, sizeof(size2));
		uses->visit("text", (char*)at + 3, strnlen((char*)at + 3, size2), uses->context);
	}
}

void codeVisitUses(const txScript* script, CodeUseVisitor visit, void* context)
{
	Uses uses = { .visit = visit, .context = context, .names = { .symbols = readSymbols(script) } };
	forEachInstruction(script, visitUse, &uses);
	free(uses.names.symbols);
}

typedef struct {
	CodeNamespaceVisitor visit;
	void* context;
	/* The text that the last instruction pushed, if it did. */
	const char* text;
} Namespaces;

/* An import or export of all that a module exports pushes the module's name, and null for the one that is meant. */
static void findNamespace(txByte* at, bool loading, void* context)
{
	Namespaces* namespaces = context;
	txU1 code = *(txU1*)at;
	if (loading && code == XS_CODE_NULL && namespaces->text)
		namespaces->visit(namespaces->text, namespaces->context);
	namespaces->text = code == XS_CODE_STRING_1 ? (char*)at + 2 : code == XS_CODE_STRING_2 ? (char*)at + 3 : NULL;
}

void codeVisitNamespaces(const txScript* script, CodeNamespaceVisitor visit, void* context)
{
	Namespaces namespaces = { .visit = visit, .context = context };
	forEachInstruction(script, findNamespace, &namespaces);
}
