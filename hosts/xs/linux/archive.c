/* The archive of bytecode on Linux: a file in place of the modules folder, mapped read-only as flash is. */

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/board.h"
#include "engine/host.h"

const void* boardModuleArchive(size_t* size)
{
	int descriptor = open(host.modulesFolder, O_RDONLY | O_CLOEXEC);
	struct stat status;
	void* archive = MAP_FAILED;
	if (descriptor < 0)
		return NULL;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) {
		*size = (size_t)status.st_size;
		archive = mmap(NULL, *size, PROT_READ, MAP_PRIVATE, descriptor, 0);
	}
	close(descriptor);
	return archive == MAP_FAILED ? NULL : archive;
}
