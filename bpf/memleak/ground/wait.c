#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "ground/clock.h"
#include "ground/wait.h"

#define RETRY_FIRST_NS 5000000
#define RETRY_EVERY_NS 10000000

void waiter_open(struct waiter *waiter)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGUSR1);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	waiter->signals = signalfd(-1, &mask, SFD_CLOEXEC);
	waiter->tick = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	waiter->retry = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
}

void waiter_tick_every(struct waiter *waiter, double every_s)
{
	struct itimerspec tick = { .it_value = seconds(every_s), .it_interval = seconds(every_s) };

	timerfd_settime(waiter->tick, 0, &tick, NULL);
}

void waiter_end_in(struct waiter *waiter, double s)
{
	waiter->end_ns = s > 0 ? now_ns() + (uint64_t)(s * 1e9) : 0;
}

bool waiter_time_is_up(const struct waiter *waiter)
{
	return waiter->end_ns && now_ns() >= waiter->end_ns;
}

void waiter_retry(struct waiter *waiter, bool again)
{
	struct itimerspec soon = { .it_value.tv_nsec = again ? RETRY_FIRST_NS : 0,
				   .it_interval.tv_nsec = again ? RETRY_EVERY_NS : 0 };

	timerfd_settime(waiter->retry, 0, &soon, NULL);
}

static bool rang(int timer)
{
	uint64_t times;

	return read(timer, &times, sizeof(times)) == sizeof(times);
}

static unsigned read_signal(int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	return info.ssi_signo == SIGUSR1 ? WOKE_LIST_ASKED : WOKE_END_ASKED;
}

static struct timespec until(uint64_t end_ns)
{
	uint64_t now = now_ns();

	return seconds(end_ns > now ? (double)(end_ns - now) / 1e9 : 0);
}

unsigned wait_for(struct waiter *waiter)
{
	enum { SIGNALS, TICK, RETRY, EVENTS, TARGET, READER, SOURCES };
	struct pollfd fds[SOURCES] = {
		[SIGNALS] = { .fd = waiter->signals, .events = POLLIN },
		[TICK] = { .fd = waiter->tick, .events = POLLIN },
		[RETRY] = { .fd = waiter->retry, .events = POLLIN },
		[EVENTS] = { .fd = waiter->events, .events = POLLIN },
		[TARGET] = { .fd = waiter->target, .events = POLLIN },
		[READER] = { .fd = STDOUT_FILENO, .events = 0 },
	};
	struct timespec left = until(waiter->end_ns);
	unsigned woke = 0;

	if (ppoll(fds, SOURCES, waiter->end_ns ? &left : NULL, NULL) < 0)
		return errno == EINTR ? 0 : WOKE_FAULT;
	if (fds[SIGNALS].revents)
		woke |= read_signal(waiter->signals);
	if (fds[TICK].revents && rang(waiter->tick))
		woke |= WOKE_TICK;
	if (fds[RETRY].revents && rang(waiter->retry))
		woke |= WOKE_RETRY;
	if (fds[EVENTS].revents)
		woke |= WOKE_EVENTS;
	if (fds[TARGET].revents & POLLIN)
		woke |= WOKE_TARGET_GONE;
	if (fds[READER].revents & (POLLERR | POLLHUP | POLLNVAL))
		woke |= WOKE_READER_GONE;
	if (waiter_time_is_up(waiter))
		woke |= WOKE_TIME_UP;
	return woke;
}
