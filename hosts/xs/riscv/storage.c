/* Key-value storage: this board has none. */

#include "engine/board.h"

static const char none[] = "there is none on this board";

const char* boardStorageRead(const char* domain, const char* key, void* buffer, size_t capacity, long* size)
{
	return none;
}

const char* boardStorageWrite(const char* domain, const char* key, const void* value, size_t size)
{
	return none;
}

const char* boardStorageDelete(const char* domain, const char* key)
{
	return none;
}

const char* boardStorageKeys(const char* domain, BoardStorageVisitor visit, void* context)
{
	return none;
}
