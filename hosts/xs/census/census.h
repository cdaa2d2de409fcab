/* Who made what is preloaded: census.c, for images that are measured. Elsewhere these functions are not there. */

#ifndef COAPSULE_CENSUS_H
#define COAPSULE_CENSUS_H

/* Before the first module is loaded. */
void censusBegin(void* root) __attribute__((weak));
/* Once the root's memory is as it will stay: a line for each module, with the bytes of its slots and chunks. */
void censusPrint(void* root) __attribute__((weak));

#endif
