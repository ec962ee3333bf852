/* Pointers that a program has given to the kernel, which gives them back with an event. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

typedef void pointer_fn(void *with, uint64_t pointer);
/* The data of epoll's registrations, and the values of timers. io_uring's are not to be had. */
void kernel_held(pid_t pid, pointer_fn *each, void *with);
