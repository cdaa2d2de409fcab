/* The modules of an image, as bytecode that is executed where it lies. ARCHIVE: path of coapsule-xsc's output. */

	.section .rodata.modules, "a"
	.balign 4
	.global firmware_modules
firmware_modules:
	.incbin ARCHIVE
	.global firmware_modules_end
firmware_modules_end:
