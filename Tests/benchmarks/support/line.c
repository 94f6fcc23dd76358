/* A telephone line between two network namespaces, for kernels without sch_netem.

     line NAMESPACE ADDRESS/BITS NAMESPACE ADDRESS/BITS MBIT/S DELAY_MS LOSS_PERCENT BURST QUEUE_KB SEED

   Makes a TUN device "line" in each namespace and carries packets between them, each way alike: a drop-tail queue of
   QUEUE_KB drained at MBIT/S, then DELAY_MS of distance. LOSS_PERCENT of the packets are lost, in runs of BURST on average
   (1: independently of each other). TCP at both ends is the kernel's own. Says "ready", then obeys lines on its input:

     cut | mend | loss PERCENT | rate MBIT/S | count

   and ends with its input. Needs root. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <linux/if_tun.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MTU = 1500, SLOTS = 8192 };

struct packet {
    int64_t arrives; /* ns */
    uint16_t length;
    uint8_t bytes[MTU];
};

struct way {
    int from, to;
    struct packet *ring;
    unsigned first, count;
    int64_t idle_at; /* when the queue has drained, ns */
    int in_burst;
    unsigned long long carried, bytes, lost, overflowed;
};

static struct {
    double bytes_per_ns, loss, burst;
    int64_t delay, queue;
    int is_cut;
    uint64_t random;
} line;

static void fail(const char *what) {
    fprintf(stderr, "line: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

/* splitmix64 */
static double chance(void) {
    uint64_t z = line.random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return (double)((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

static void set_address(int request, const char *device, in_addr_t address, int socket) {
    struct ifreq interface = {0};
    struct sockaddr_in *in = (struct sockaddr_in *)&interface.ifr_addr;
    strncpy(interface.ifr_name, device, IFNAMSIZ - 1);
    in->sin_family = AF_INET;
    in->sin_addr.s_addr = address;
    if (ioctl(socket, request, &interface)) fail("giving the device its address");
}

static void bring_up(const char *device, int socket) {
    struct ifreq interface = {0};
    strncpy(interface.ifr_name, device, IFNAMSIZ - 1);
    interface.ifr_flags = IFF_UP | IFF_RUNNING;
    if (ioctl(socket, SIOCSIFFLAGS, &interface)) fail("bringing a device up");
}

/* Leaves this process in the namespace it enters. */
static int open_end(const char *namespace, char *address) {
    char path[256];
    snprintf(path, sizeof path, "/run/netns/%s", namespace);
    int space = open(path, O_RDONLY | O_CLOEXEC);
    if (space < 0 || setns(space, CLONE_NEWNET)) fail(path);
    close(space);
    char *slash = strchr(address, '/');
    if (!slash) fail("an address without /BITS");
    *slash = 0;
    int bits = atoi(slash + 1);
    int end = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    struct ifreq device = {0};
    strcpy(device.ifr_name, "line");
    device.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (end < 0 || ioctl(end, TUNSETIFF, &device)) fail("/dev/net/tun");
    int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    set_address(SIOCSIFADDR, "line", inet_addr(address), control);
    set_address(SIOCSIFNETMASK, "line", htonl(~UINT32_C(0) << (32 - bits)), control);
    device.ifr_mtu = MTU;
    if (ioctl(control, SIOCSIFMTU, &device)) fail("setting the MTU");
    device.ifr_qlen = 1000;
    if (ioctl(control, SIOCSIFTXQLEN, &device)) fail("setting the device's queue");
    bring_up("line", control);
    bring_up("lo", control);
    close(control);
    return end;
}

/* Gilbert's model: a lossy state that lasts `burst` packets on average, entered so often that `loss` are lost. */
static int is_lost(struct way *way) {
    if (line.burst <= 1) return chance() < line.loss;
    double leave = 1 / line.burst, enter = line.loss * leave / (1 - line.loss);
    way->in_burst = way->in_burst ? chance() >= leave : chance() < enter;
    return way->in_burst;
}

static void take(struct way *way) {
    for (int batch = 0; batch < 128; batch++) {
        uint8_t bytes[MTU];
        ssize_t length = read(way->from, bytes, sizeof bytes);
        if (length <= 0) return;
        int64_t time = now();
        if (way->idle_at < time) way->idle_at = time;
        double waiting = (double)(way->idle_at - time) * line.bytes_per_ns;
        if (way->count == SLOTS || waiting + (double)length > (double)line.queue) {
            way->overflowed++;
            continue;
        }
        way->idle_at += (int64_t)((double)length / line.bytes_per_ns);
        if (line.is_cut || is_lost(way)) {
            way->lost++;
            continue;
        }
        struct packet *packet = &way->ring[(way->first + way->count++) % SLOTS];
        packet->arrives = way->idle_at + line.delay;
        packet->length = (uint16_t)length;
        memcpy(packet->bytes, bytes, (size_t)length);
    }
}

/* Returns when the next one arrives. */
static int64_t deliver(struct way *way, int64_t time) {
    while (way->count) {
        struct packet *packet = &way->ring[way->first];
        if (packet->arrives > time) return packet->arrives;
        if (!line.is_cut && write(way->to, packet->bytes, packet->length) == packet->length) {
            way->carried++;
            way->bytes += packet->length;
        }
        way->first = (way->first + 1) % SLOTS;
        way->count--;
    }
    return INT64_MAX;
}

/* Returns 0 when the input has ended. */
static int obey(struct way ways[2]) {
    static char text[256];
    static size_t used;
    ssize_t count = read(STDIN_FILENO, text + used, sizeof text - 1 - used);
    if (count <= 0) return 0;
    used += (size_t)count;
    text[used] = 0;
    char *start = text, *end;
    while ((end = strchr(start, '\n'))) {
        *end = 0;
        double value;
        if (!strcmp(start, "cut")) line.is_cut = 1;
        if (!strcmp(start, "mend")) line.is_cut = 0;
        if (sscanf(start, "loss %lf", &value) == 1) line.loss = value / 100;
        if (sscanf(start, "rate %lf", &value) == 1 && value > 0) line.bytes_per_ns = value / 8000;
        if (!strcmp(start, "count"))
            for (int i = 0; i < 2; i++)
                printf("%llu %llu %llu %llu%c", ways[i].carried, ways[i].bytes, ways[i].lost, ways[i].overflowed,
                       i ? '\n' : ' ');
        fflush(stdout);
        start = end + 1;
    }
    used = strlen(start);
    memmove(text, start, used + 1);
    return used < sizeof text - 1;
}

int main(int count, char **arguments) {
    if (count != 11) {
        fprintf(stderr, "usage: line NAMESPACE ADDRESS/BITS NAMESPACE ADDRESS/BITS MBIT/S DELAY_MS LOSS_%% BURST QUEUE_KB SEED\n");
        return 2;
    }
    line.bytes_per_ns = atof(arguments[5]) / 8000;
    line.delay = (int64_t)(atof(arguments[6]) * 1e6);
    line.loss = atof(arguments[7]) / 100;
    line.burst = atof(arguments[8]);
    line.queue = atol(arguments[9]) * 1024;
    line.random = strtoull(arguments[10], NULL, 10);
    int ends[2] = {open_end(arguments[1], arguments[2]), open_end(arguments[3], arguments[4])};
    struct way ways[2] = {{.from = ends[0], .to = ends[1]}, {.from = ends[1], .to = ends[0]}};
    for (int i = 0; i < 2; i++) {
        ways[i].ring = calloc(SLOTS, sizeof *ways[i].ring);
        if (!ways[i].ring) fail("memory");
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        int64_t time = now(), next = deliver(&ways[0], time), other = deliver(&ways[1], time);
        if (other < next) next = other;
        struct timespec wait = {1, 0};
        if (next != INT64_MAX) {
            int64_t span = next - now();
            if (span < 0) span = 0;
            if (span < INT64_C(1000000000)) wait = (struct timespec){0, (long)span};
        }
        struct pollfd watched[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        if (ppoll(watched, 3, &wait, NULL) < 0 && errno != EINTR) fail("waiting");
        if (watched[0].revents) take(&ways[0]);
        if (watched[1].revents) take(&ways[1]);
        if (watched[2].revents && !obey(ways)) return 0;
    }
}
