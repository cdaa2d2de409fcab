/*
 * The parser's code refers to a list of symbols of its own and is copied by the engine as it runs. In flash it has the
 * IDs of the project's key table, and its functions and strings are used where they lie: CODE_ARCHIVE, STRING_ARCHIVE.
 */

#include "xsAll.h"
#include "xsScript.h"
#include "compiler/code.h"
#include "compiler/keys.h"
#include "engine/host.h"

/* IDs by the numbers that the script's symbols have: one after the other in its table, from 1. */
static uint16_t* readSymbols(const txScript* script)
{
	txByte* next = script->symbolsBuffer;
	txID count, index;
	uint16_t* ids;
	mxDecodeID(next, count);
	ids = malloc((size_t)count * sizeof(*ids));
	if (!ids) {
		reportLine("no memory for the symbols of a module");
		exit(EXIT_FAILED);
	}
	ids[0] = XS_NO_ID;
	for (index = 1; index < count; index++) {
		ids[index] = keyId((char*)next);
		next += c_strlen((char*)next) + 1;
	}
	return ids;
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

static txByte* finishId(txByte* at, const uint16_t* ids)
{
	txByte* next = at;
	txID id;
	mxDecodeID(next, id);
	if (id != XS_NO_ID) {
		id = ids[id];
		mxEncodeID(at, id);
	}
	return next;
}

void codeFinish(txScript* script)
{
	uint16_t* ids = readSymbols(script);
	txByte* at = script->codeBuffer;
	txByte* end = at + script->codeSize;
	while (at < end) {
		txU1 code = *(txU1*)at;
		/* Size of the instruction; 0: an ID follows; negative: so many bytes that hold the size of what follows. */
		txS1 size = gxCodeSizes[code];
		*(txU1*)at = inPlace(code);
		if (size > 0)
			at += size;
		else if (size == 0)
			at = finishId(at + 1, ids);
		else if (size == -1)
			at += 2 + *(txU1*)(at + 1);
		else if (size == -2) {
			txU2 following;
			c_memcpy(&following, at + 1, sizeof(following));
			at += 1 + sizeof(following) + following;
		}
		else {
			txS4 following;
			c_memcpy(&following, at + 1, sizeof(following));
			at += 1 + sizeof(following) + following;
		}
	}
	free(ids);
}
