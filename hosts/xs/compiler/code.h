/* Makes what the parser gives fit for flash: see code.c. */

#ifndef COAPSULE_CODE_H
#define COAPSULE_CODE_H

#include "xsScript.h"

/* Rewrites the script's code: final IDs, code and strings used in place. */
void codeFinish(txScript* script);

#endif
