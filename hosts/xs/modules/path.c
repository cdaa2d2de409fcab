/* Resolves the specifier of an import to a module's name, by text only. */

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "engine/limits.h"
#include "modules/path.h"

bool modulePathJoin(char* result, const char* base, const char* specifier)
{
	char path[2 * MODULE_PATH_MAXIMUM];
	size_t length = 0;
	const char* folder = base ? strrchr(base, '/') : NULL;
	const char* segment = path;
	if (snprintf(path, sizeof(path), "%.*s%s", folder ? (int)(folder + 1 - base) : 0, base ? base : "", specifier)
		>= (int)sizeof(path))
		return false;
	/* A path from the root of the file system stays one. */
	if (path[0] == '/')
		result[length++] = '/';
	result[length] = 0;
	while (*segment) {
		size_t size = strcspn(segment, "/");
		const char* next = segment + size + (segment[size] == '/');
		if (size == 2 && !memcmp(segment, "..", 2)) {
			char* slash = strrchr(result, '/');
			if (length == 0)
				return false;
			length = slash ? (size_t)(slash - result) : 0;
			result[length] = 0;
		}
		else if (size > 0 && !(size == 1 && *segment == '.')) {
			if (length + size + 2 > MODULE_PATH_MAXIMUM)
				return false;
			length += (size_t)sprintf(result + length, "%s%.*s", length && result[length - 1] != '/' ? "/" : "",
				(int)size, segment);
		}
		segment = next;
	}
	return length > 0;
}
