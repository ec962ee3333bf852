/*
 * Blocks that something points at in each way there is, and blocks that nothing does: a line for
 * each, "ADDRESS BYTES NAME", then an empty one, and then it waits. With an argument it begins once
 * it is told to on stdin, and takes three seconds and more.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <ucontext.h>
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
static unsigned pace_us;

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

static struct node *first, *last;

/* A ring that nobody knows, in the end: its blocks point at one another. */
static void add_to_ring(void)
{
	struct node *node = made("ring");

	if (!first)
		first = node;
	else
		last->next = node;
	last = node;
	last->next = first;
}

__attribute__((noinline)) static void lose(void)
{
	made("lost");
	add_to_ring();
	struct node *owner = made("owner");
	owner->payload = made("owned");
}

__attribute__((noinline)) static void keep(int i)
{
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
	/* Of this one whoever reads our lines knows nothing. */
	struct node *old = calloc(1, sizeof(*old));
	old->next = unknown_table;
	old->payload = made("unknown");
	unknown_table = old;
}

__attribute__((noinline)) static void end_with(const char *name)
{
	void *volatile mine[EACH];

	for (int i = 0; i < EACH; i++)
		mine[i] = made(name);
	(void)mine[0];
}

static void *hold_on_stack(void *nothing)
{
	void *volatile mine[EACH], *volatile inner = NULL;
	(void)nothing;

	for (int i = 0; i < EACH; i++) {
		mine[i] = made("stack");
		if (i == EACH / 2)
			inner = head;
		usleep(pace_us);
	}
	end_with("over");
	pthread_barrier_wait(&ready);
	for (;;)
		pause();
	return (void *)((char *)mine[0] - (char *)inner);
}

/* Into registers, and out of memory: two that the call is given, three that it isn't. */
static void *five[5];
#if defined(__x86_64__)
#define WAIT_WITH_FIVE                                                                             \
	__asm__ volatile("mov (%0), %%r8; mov 8(%0), %%r9; mov 16(%0), %%rbx; mov 24(%0), %%r12;"  \
			 "mov 32(%0), %%r13; movq $0, (%0); movq $0, 8(%0); movq $0, 16(%0);"      \
			 "movq $0, 24(%0); movq $0, 32(%0); mov $34, %%eax; syscall"               \
			 :                                                                         \
			 : "D"(five)                                                               \
			 : "rax", "rbx", "rcx", "r8", "r9", "r11", "r12", "r13", "memory")
#else
#define WAIT_WITH_FIVE                                                                             \
	__asm__ volatile("ldp x4, x5, [%0]; ldp x20, x21, [%0, 16]; ldr x22, [%0, 32];"            \
			 "stp xzr, xzr, [%0]; stp xzr, xzr, [%0, 16]; str xzr, [%0, 32];"          \
			 "mov x0, 0; mov x1, 0; mov x2, 0; mov x3, 0; mov x8, 73; svc 0"           \
			 :                                                                         \
			 : "r"(five)                                                               \
			 : "x0", "x1", "x2", "x3", "x4", "x5", "x8", "x20", "x21", "x22",          \
			   "memory")
#endif

/* What was on the stack before is no holder. */
__attribute__((noinline)) static void clean_up(void)
{
	char volatile room[65536];

	for (size_t i = 0; i < sizeof(room); i++)
		room[i] = 0;
}

static void *wait_with(void *nothing)
{
	(void)nothing;
	for (int i = 0; i < 5; i++) {
		five[i] = made(i < 2 ? "register" : "saved");
		usleep(i < 4 ? pace_us * EACH / 60 * 13 : 0);
	}
	pthread_barrier_wait(&ready);
	clean_up();
	WAIT_WITH_FIVE;
	return NULL;
}

static void hold_in_epoll(int epoll)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = made("epoll") };

	if (epoll_ctl(epoll, EPOLL_CTL_ADD, eventfd(0, 0), &event))
		exit(1);
}

/*
 * Two stacks in one mapping, as coroutines have them, with nothing below: a thread has gone over to
 * the upper one from the lower, and holds blocks on both.
 */
#define STACK_BYTES 131072
static ucontext_t upper, lower, thread_itself;

static void hold_and_switch(ucontext_t *self, ucontext_t *other, const char *name)
{
	void *volatile mine[EACH];

	for (int i = 0; i < EACH; i++)
		mine[i] = made(name);
	if (other)
		swapcontext(self, other);
	pthread_barrier_wait(&ready);
	for (;;)
		pause();
	(void)mine[0];
}

static void on_lower(void)
{
	hold_and_switch(&lower, &upper, "coroutine");
}

static void on_upper(void)
{
	hold_and_switch(&upper, NULL, "thread");
}

static void *switch_stacks(void *nothing)
{
	(void)nothing;
	char *room = mmap(NULL, 3 * STACK_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(room + STACK_BYTES, 2 * STACK_BYTES, PROT_READ | PROT_WRITE);
	getcontext(&lower);
	lower.uc_stack.ss_sp = room + STACK_BYTES;
	lower.uc_stack.ss_size = STACK_BYTES;
	makecontext(&lower, on_lower, 0);
	getcontext(&upper);
	upper.uc_stack.ss_sp = room + 2 * STACK_BYTES;
	upper.uc_stack.ss_size = STACK_BYTES;
	makecontext(&upper, on_upper, 0);
	swapcontext(&thread_itself, &lower);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[3];
	char go;
	(void)argv;

	/* For whoever looks without being root. */
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	if (argc > 1 && read(STDIN_FILENO, &go, 1) != 1)
		return 1;
	pace_us = argc > 1 ? 6000 : 0;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	pthread_barrier_init(&ready, NULL, 4);
	pthread_create(&threads[0], NULL, hold_on_stack, NULL);
	pthread_create(&threads[1], NULL, wait_with, NULL);
	pthread_create(&threads[2], NULL, switch_stacks, NULL);
	int epoll = epoll_create1(0);
	for (int i = 0; i < EACH; i++) {
		lose();
		keep(i);
		hold_in_epoll(epoll);
		usleep(pace_us);
	}
	first = last = NULL;
	pthread_barrier_wait(&ready);
	clean_up();
	end_with("ended");
	usleep(50000);
	putchar('\n');
	fflush(stdout);
	for (;;)
		pause();
}
