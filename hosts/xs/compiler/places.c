/*
 * A release image has no lines in its code, and need not: compiled once more with them, a module has the same
 * instructions, with those between that say which line begins.
 */

#include "xsAll.h"
#include "compiler/code.h"
#include "compiler/places.h"

typedef struct {
	const txByte* at;
	unsigned line;
} Reader;

typedef struct {
	FILE* file;
	const txByte* start;
	uint32_t offset;
	/* What was written last. */
	unsigned line;
} Writer;

static bool isMark(const txByte* at)
{
	txU1 code = *(const txU1*)at;
	return code == XS_CODE_LINE || code == XS_CODE_FILE || code == XS_CODE_PROFILE;
}

static unsigned lineAt(const txByte* at)
{
	txU2 line;
	c_memcpy(&line, at + 1, sizeof(line));
	return line;
}

/* Passes over what only code with lines has. */
static void skipMarks(Reader* marked, const txByte* end)
{
	while (marked->at < end && isMark(marked->at)) {
		if (*(const txU1*)marked->at == XS_CODE_LINE)
			marked->line = lineAt(marked->at);
		marked->at += codeInstructionSize(marked->at);
	}
}

/* How much code follows, of the function that the instruction makes; 0 for others. */
static txSize bodySize(const txByte* at)
{
	txS2 size2;
	txS4 size4;
	switch (*(const txU1*)at) {
	case XS_CODE_CODE_1: case XS_CODE_CODE_ARCHIVE_1:
		return *(const txU1*)(at + 1);
	case XS_CODE_CODE_2: case XS_CODE_CODE_ARCHIVE_2:
		c_memcpy(&size2, at + 1, sizeof(size2));
		return size2;
	case XS_CODE_CODE_4: case XS_CODE_CODE_ARCHIVE_4:
		c_memcpy(&size4, at + 1, sizeof(size4));
		return size4;
	default:
		return 0;
	}
}

/* The first line of a function: what is before it in its code belongs there, too. */
static unsigned firstLine(const Reader* marked, const txByte* end)
{
	const txByte* at;
	for (at = marked->at; at < end; at += codeInstructionSize(at))
		if (*(const txU1*)at == XS_CODE_LINE)
			return lineAt(at);
	return marked->line;
}

static bool writeRange(Writer* writer, Reader* plain, Reader* marked, const txByte* plainEnd, const txByte* markedEnd)
{
	for (skipMarks(marked, markedEnd); plain->at < plainEnd && marked->at < markedEnd; skipMarks(marked, markedEnd)) {
		txSize plainBody = bodySize(plain->at), markedBody = bodySize(marked->at);
		unsigned line = marked->line;
		if (line != writer->line) {
			writer->line = line;
			fprintf(writer->file, "%u %u\n", (unsigned)(writer->offset + (plain->at - writer->start)), line);
		}
		plain->at += codeInstructionSize(plain->at);
		marked->at += codeInstructionSize(marked->at);
		if (plainBody == 0 && markedBody == 0)
			continue;
		marked->line = firstLine(marked, marked->at + markedBody);
		if (!writeRange(writer, plain, marked, plain->at + plainBody, marked->at + markedBody))
			return false;
		marked->line = line;
	}
	return plain->at == plainEnd && marked->at == markedEnd;
}

bool placesWrite(FILE* file, const txScript* script, const txScript* lined, uint32_t offset)
{
	Reader plain = { .at = script->codeBuffer }, marked = { .at = lined->codeBuffer };
	Writer writer = { .file = file, .start = script->codeBuffer, .offset = offset };
	return writeRange(&writer, &plain, &marked, script->codeBuffer + script->codeSize,
		lined->codeBuffer + lined->codeSize);
}
