/*
 * Blocks that something points at in each way there is, and blocks that nothing does: a line for
 * each, "ADDRESS BYTES NAME", then an empty one, and then it waits.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EACH 500
#define BYTES 136

struct node {
	struct node *next;
	void *payload;
	char rest[BYTES - 2 * sizeof(void *)];
};

void *table[EACH], *inside[EACH], *tagged[EACH], *halves[EACH], *outers[EACH];
struct node *head, *unknown_table;
static pthread_barrier_t ready;

static void tell(const void *block, const char *name)
{
	printf("%p %d %s\n", block, BYTES, name);
}

static void *made(const char *name)
{
	void *block = calloc(1, BYTES);

	tell(block, name);
	return block;
}

__attribute__((noinline)) static void lose(void)
{
	for (int i = 0; i < EACH; i++)
		made("lost");
	/* A ring that nobody knows: its blocks point at one another. */
	struct node *first = made("ring"), *last = first;
	for (int i = 1; i < EACH; i++) {
		last->next = made("ring");
		last = last->next;
	}
	last->next = first;
	for (int i = 0; i < EACH; i++)
		((struct node *)made("owner"))->payload = made("owned");
}

__attribute__((noinline)) static void keep(void)
{
	for (int i = 0; i < EACH; i++) {
		table[i] = made("table");
		inside[i] = (char *)made("inside") + BYTES / 2;
		tagged[i] = (void *)((uintptr_t)made("tagged") | 0xabcdull << 48);
		void *half = made("half");
		halves[i] = i % 2 ? half : NULL;
		struct node *node = made("list");
		node->next = head;
		head = node;
		struct node *outer = made("outer");
		outer->payload = made("inner");
		outers[i] = outer;
		/* Of this one the tracer knows nothing. */
		struct node *old = calloc(1, sizeof(*old));
		old->next = unknown_table;
		old->payload = made("unknown");
		unknown_table = old;
	}
}

static void *hold_on_stack(void *nothing)
{
	void *volatile mine[EACH];
	(void)nothing;

	for (int i = 0; i < EACH; i++)
		mine[i] = made("stack");
	pthread_barrier_wait(&ready);
	for (;;)
		pause();
	return (void *)mine[0];
}

#if defined(__x86_64__)
#define WAIT_WITH(block)                                                                           \
	__asm__ volatile("mov %0, %%r9; xor %%ebx, %%ebx; mov $34, %%eax; syscall"                 \
			 :                                                                         \
			 : "r"(block)                                                              \
			 : "rax", "rbx", "rcx", "r9", "r11", "r12", "r13", "r14", "r15", "memory")
#else
#define WAIT_WITH(block)                                                                           \
	do {                                                                                       \
		register const void *sixth __asm__("x5") = block;                                  \
		register void *first __asm__("x0") = NULL;                                         \
		register long call __asm__("x8") = SYS_ppoll;                                      \
		__asm__ volatile("mov x1, 0; mov x2, 0; svc 0"                                     \
				 : "+r"(first)                                                     \
				 : "r"(sixth), "r"(call)                                           \
				 : "x1", "x2", "memory");                                          \
	} while (0)
#endif

/* The call has it, and the program's memory does not. */
static void *wait_with(void *nothing)
{
	(void)nothing;
	pthread_barrier_wait(&ready);
	WAIT_WITH(made("register"));
	return NULL;
}

static void hold_in_epoll(void)
{
	int epoll = epoll_create1(0);

	for (int i = 0; i < EACH; i++) {
		struct epoll_event event = { .events = EPOLLIN, .data.ptr = made("epoll") };
		if (epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd(0, 0), &event))
			exit(1);
	}
}

__attribute__((noinline)) static void end_with(void)
{
	void *volatile mine[EACH];

	for (int i = 0; i < EACH; i++)
		mine[i] = made("ended");
	(void)mine[0];
}

/* What was on the stack before is no holder. */
__attribute__((noinline)) static void clean_up(void)
{
	char volatile room[65536];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
}

int main(void)
{
	pthread_t threads[2];

	/* For whoever looks without being root. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	pthread_barrier_init(&ready, NULL, 3);
	lose();
	keep();
	hold_in_epoll();
	pthread_create(&threads[0], NULL, hold_on_stack, NULL);
	pthread_create(&threads[1], NULL, wait_with, NULL);
	pthread_barrier_wait(&ready);
	clean_up();
	end_with();
	usleep(50000);
	putchar('\n');
	fflush(stdout);
	for (;;)
		pause();
}
