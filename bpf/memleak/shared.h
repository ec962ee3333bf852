/* What the BPF program and its loader agree on: map values, kinds of functions, limits. */
#pragma once

/* Innermost frames kept of a stack; what lies further out names no call site that these don't. */
#define MAX_FRAMES 64
#define MAX_CPUS 512
/* Buffers for stacks per CPU: a program can be preempted by another one while it walks a stack. */
#define SLOTS 4

/* Of a sample: what a drawn block stands for is no whole number. */
#define FRACTION_BITS 12

#define CERTAIN (1ULL << 32)

static inline unsigned long long over_rounded(unsigned long long number, unsigned long long by)
{
	return (number + by / 2) / by;
}

/* What a block that was drawn by a chance of 2^32 (0: it was certain) stands for, in parts of a
 * whole one. */
static inline unsigned long long weight_by_chance(unsigned long long chance, unsigned int bits)
{
	return bits && chance ? over_rounded(CERTAIN << bits, chance) : 1ULL << bits;
}

/* How a function hands out memory; passed to the programs as the probe's cookie. */
enum kind {
	KIND_MALLOC = 1,   /* f(size), calls no other of these */
	KIND_SIZED,	   /* f(size): valloc, pvalloc */
	KIND_CALLOC,	   /* f(n, size) */
	KIND_ALIGNED,	   /* f(alignment, size) */
	KIND_POSIX,	   /* f(&pointer, alignment, size) */
	KIND_REALLOC,	   /* f(pointer, size) */
	KIND_REALLOCARRAY, /* f(pointer, n, size) */
	/* These hand out what their malloc did; only who called them is of interest: */
	KIND_NEW,      /* C++'s new, strdup */
	KIND_COPY_FAR, /* asprintf, getline: their malloc is called by others of the library */
	/* An allocator's C++ new, which hands out blocks of its own: f(size …). It may throw, and
	 * no exception can be unwound through a return that the kernel has bent: what returns is
	 * probed instead. */
	KIND_OWN_NEW,
	KIND_RETURN, /* an instruction by which such a new may return */
};

/* What a call site stands for. */
enum origin {
	FROM_MALLOC = 0,  /* blocks of malloc and its relatives */
	FROM_MAPPING = 1, /* regions of mmap, named by who touched them first */
	FROM_FAULT = 2,	  /* pages touched for the first time */
};

/* An outstanding block's key: processes have address spaces of their own. */
struct block_key {
	unsigned long long address;
	unsigned int tgid; /* of the initial pid namespace */
	unsigned int pad;
};

struct block {
	unsigned long long bytes;
	unsigned long long born_ns;
	unsigned int site;
	unsigned int chance; /* of 2^32, by which it was drawn for the sample; 0: it was certain */
};

/*
 * A call site: its stack and its running sums; outstanding is what they differ by. What a pair of
 * malloc and free counts of a block that lives for a moment, which most do, is in one line of a
 * CPU's cache, and is counted once: among the frees and the lives alike.
 */
struct site {
	unsigned long long allocated_bytes;
	unsigned long long allocs;
	unsigned long long freed_bytes;
	unsigned long long frees;	  /* but those in `brief` */
	unsigned long long brief;	  /* frees that ended a life of the first bin */
	unsigned long long longest_ns;	  /* of the lives that ended; 0: none did */
	unsigned long long last_birth_ns; /* when it last handed out a block; 0: never */
	unsigned long long hash;	  /* of its stack; written before `ready` */
	unsigned long long mntns;
	unsigned int tgid; /* of the initial pid namespace */
	unsigned int pid;  /* as the tracer sees it */
	unsigned int tid;  /* of the first who came here, initial pid namespace */
	unsigned int origin;
	unsigned int frame_count;   /* 0: the stack could not be walked */
	unsigned int fraction_bits; /* its sums are in 2^-so many: a drawn block stands for more */
	unsigned int pad;
	unsigned int ready;
	unsigned long long born_ns; /* when the first came here */
	unsigned long long caller;  /* between the first frame and the second, where the walk leaves
				       one out; 0: it doesn't */
	char comm[16];
	unsigned long long frames[MAX_FRAMES]; /* innermost first */
	unsigned long long pads[7];	       /* to whole lines */
};

/*
 * How long blocks live, in bins: one for all that is shorter than a millisecond or so, four an
 * octave from there, one for more than four hours.
 */
#define FIRST_OCTAVE 20
#define LAST_OCTAVE 43
#define BINS_AN_OCTAVE 4
#define LIFE_BINS (2 + (LAST_OCTAVE - FIRST_OCTAVE + 1) * BINS_AN_OCTAVE)

/* Bin 1+4*(o-20)+s holds [2^o * (1+s/4), 2^o * (1+(s+1)/4)) ns. */
static inline unsigned int life_bin(unsigned long long ns)
{
	unsigned int octave = 0;

	/* Most lives are short. */
	if (!(ns >> FIRST_OCTAVE))
		return 0;
	for (unsigned int step = 32; step; step /= 2)
		if (ns >> (octave + step))
			octave += step;
	if (octave > LAST_OCTAVE)
		return LIFE_BINS - 1;
	return 1 + BINS_AN_OCTAVE * (octave - FIRST_OCTAVE) +
	       (unsigned int)(ns >> (octave - 2) & (BINS_AN_OCTAVE - 1));
}

/*
 * What became of a call site's blocks, by bin, weighed as the site's sums are; those of the first
 * are the site's own `brief`. One that realloc resizes lives on, with the birth it has.
 */
struct lives {
	unsigned long long ended[LIFE_BINS];
};

/* What was lost, each with the reason; all zero in a trace that is exact. */
struct losses {
	unsigned long long blocks; /* no room for another outstanding block */
	unsigned long long sites;  /* no room for another call site */
	unsigned long long stacks; /* a stack could not be walked */
	unsigned long long calls;  /* no room to remember a call that has not returned */
	unsigned long long
		missed; /* a block's free was never seen: its address was handed out again */
};

/* What costs nothing per malloc to know; bytes since the tracer came. */
struct growth {
	unsigned long long faults;   /* first touches of pages, and other user page faults */
	unsigned long long mapped;   /* bytes that mmap handed out */
	unsigned long long unmapped; /* bytes that munmap took back */
	unsigned long long mmaps;
	unsigned long long munmaps;
	unsigned long long brk_calls;
	unsigned long long brk; /* where the heap ended after the last brk */
};

/* What the programs and the loader share while they run. */
struct shared {
	struct losses losses;
	struct growth growth;
	/* Calls in flight that may call malloc; while it is 0, malloc needn't ask whether it was
	 * called from one. */
	long long outer_calls;
	/* The target as the kernel numbers it, once seen: another number only in a namespace. */
	unsigned int target_tgid;
	/* Its system calls have other numbers. */
	unsigned int target_is_32bit;
	/* The tracer itself, as the kernel numbers it. */
	unsigned int own_tgid;
	/* Progressive tracing narrows to one thread; 0: all of them. */
	unsigned int only_tid;
	/* Progressive tracing narrows to one size class; 0: no end to it. */
	unsigned long long narrow_min, narrow_max;
	/* Whose threads' registers are asked for, as the kernel numbers it. */
	unsigned int registers_of;
	/* Somebody notes who calls new. */
	unsigned int news;
	/* No block is born any more: the end state is about to be read. */
	unsigned int closed;
	unsigned int site_count;
};

/* EVENT_SITE: a new call site, for what only now can be learnt of its process. */
enum event_type { EVENT_EXEC = 1, EVENT_EXIT = 2, EVENT_SITE = 3 };

struct event {
	unsigned int type;
	unsigned int tgid;
	unsigned int pid; /* as the tracer sees it */
	unsigned int pad;
	unsigned long long at_ns;
};

/* A thread's registers as the kernel saved them, in its own order. */
struct thread_registers {
	unsigned int tid; /* as the tracer sees it */
	unsigned int count;
	unsigned long long words[36];
};

/* Version 2 through the map of cgroups, version 1 by its number. */
enum by_cgroup { BY_NO_CGROUP = 0, BY_CGROUP2 = 1, BY_CGROUP1 = 2 };

/* Settings, fixed before the program is loaded. */
struct settings {
	unsigned long long min_bytes;
	unsigned long long max_bytes;
	unsigned int sample; /* one byte in so many is drawn; 0: every block is followed */
	unsigned int pid;    /* as the tracer sees it; 0: whoever the filters let in */
	unsigned int pidns;  /* the tracer's own pid namespace */
	unsigned int by_mntns;
	unsigned int by_cgroup; /* enum by_cgroup */
	unsigned int count_hits;
	unsigned int mntns;
	unsigned int max_sites;
	unsigned long long cgroup;
	unsigned int page_bytes;
	unsigned int depth; /* frames of a stack that count, from 1 to MAX_FRAMES */
};
