// Reading, writing and waiting on a link.

#include "Link.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>

extern "C" int CDCMTK_wake_create(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

namespace cdcmtk {

namespace {

int64_t now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

/// Without a sign of life for so long, although one was asked for, the line is dead.
constexpr uint32_t silenceMilliseconds = 13000;
/// How long, and how far, a peer that was aborted is listened to.
constexpr int64_t lingerMilliseconds = 200;
constexpr int lingerReads = 256;
/// Two TLS records.
constexpr int unsentBytes = 32768;

void setOption(int socket, int level, int name, int value) { setsockopt(socket, level, name, &value, sizeof value); }

}  // namespace

void Link::open(int opened, int wakeDescriptor, const char *congestionControl, bool watch) {
    socket = opened;
    wake = wakeDescriptor;
    watched = watch;
    fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) | O_NONBLOCK);
    fcntl(socket, F_SETFD, FD_CLOEXEC);
    // A PDU goes out in two writes: with Nagle's algorithm each waits for the other side's delayed acknowledgement.
    setOption(socket, IPPROTO_TCP, TCP_NODELAY, 1);
    // Finds out about a dead peer while an association rests without a deadline. A device on the LAN may be away for
    // longer: its owner walks about with it.
    setOption(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(socket, IPPROTO_TCP, TCP_KEEPIDLE, watched ? 5 : 30);
    setOption(socket, IPPROTO_TCP, TCP_KEEPINTVL, watched ? 3 : 15);
    setOption(socket, IPPROTO_TCP, TCP_KEEPCNT, watched ? 3 : 4);
    // What lies unsent in the kernel goes before a STAT study that takes the link: as little as keeps the line busy.
    if (watched) setOption(socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, unsentBytes);
    if (congestionControl) {
        // Not every kernel has every algorithm, and none is needed.
        setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, congestionControl, strlen(congestionControl));
    }
}

void Link::close() {
    if (ssl) {
        if (established && kind == CDCMTK_OK) SSL_shutdown(ssl);
        SSL_free(ssl);
        ssl = nullptr;
    }
    if (socket >= 0 && aborted) linger();
    if (socket >= 0) ::close(socket);
    socket = -1;
}

/// Closing a socket with something unread in it resets the connection, and the peer's kernel may then throw away the
/// A-ABORT before the peer has read it.
void Link::linger() {
    shutdown(socket, SHUT_WR);
    uint8_t unread[4096];
    const int64_t end = now() + lingerMilliseconds;
    for (int reads = 0; reads < lingerReads; ++reads) {
        const ssize_t result = recv(socket, unread, sizeof unread, MSG_DONTWAIT);
        if (result > 0) continue;
        if (result == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) return;
        pollfd descriptors[2] = {{socket, POLLIN, 0}, {wake, POLLIN, 0}};
        const int64_t left = end - now();
        if (left <= 0 || poll(descriptors, 2, int(left)) <= 0 || descriptors[1].revents) return;
    }
}

void Link::setTimeout(int64_t milliseconds) { deadline = milliseconds < 0 ? -1 : now() + milliseconds; }

bool Link::failWith(int32_t newKind, std::string newText) {
    if (kind == CDCMTK_OK) {
        kind = newKind;
        text = std::move(newText);
    }
    return false;
}

bool Link::wait(short events) {
    int64_t moved = now();
    int left = standstill < 0 ? 0 : unacknowledged();
    for (;;) {
        int timeout = -1;
        if (deadline >= 0) {
            const int64_t rest = deadline - now();
            if (rest <= 0) return failWith(CDCMTK_TIMED_OUT, "the peer was silent for too long");
            timeout = int(std::min<int64_t>(rest, 1 << 30));
        }
        if (watched) {
            if (isDead()) return failWith(CDCMTK_TIMED_OUT, "the line is dead: nothing is acknowledged any more");
            timeout = timeout < 0 ? 1000 : std::min(timeout, 1000);
        }
        if (standstill >= 0) {
            const int look = int(std::clamp<int64_t>(standstill / 4, 1, 1000));
            timeout = timeout < 0 ? look : std::min(timeout, look);
        }
        pollfd descriptors[2] = {{socket, events, 0}, {wake, POLLIN, 0}};
        const int ready = poll(descriptors, 2, timeout);
        if (ready < 0 && errno != EINTR) return failWith(CDCMTK_CLOSED, std::string("the connection broke (") + strerror(errno) + ")");
        if (ready <= 0) {
            // Only after a look: this process, too, may have stood still.
            if (standstill >= 0 && hasStood(moved, left)) {
                return failWith(CDCMTK_TIMED_OUT, "nothing moves any more: somebody on the way has forgotten the connection");
            }
            continue;
        }
        if (descriptors[1].revents) return failWith(CDCMTK_CANCELLED, "cancelled");
        return true;
    }
}

/// A peer that is slow, or reads nothing for a while, still acknowledges what its kernel gets: that is not dead. TCP's own
/// TCP_USER_TIMEOUT does not make the difference.
bool Link::isDead() const {
    tcp_info info = {};
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) return false;
    const bool isAsking = info.tcpi_retransmits > 0 || info.tcpi_probes > 1;
    return isAsking && std::min(info.tcpi_last_ack_recv, info.tcpi_last_data_recv) > silenceMilliseconds;
}

int Link::unacknowledged() const {
    int count = 0;
    return ioctl(socket, SIOCOUTQ, &count) == 0 ? count : 0;
}

/// A line that carries off what was written moves, however long the peer is in answering the whole of it.
bool Link::hasStood(int64_t &moved, int &left) const {
    const int count = unacknowledged();
    if (count != left) {
        left = count;
        moved = now();
    }
    return now() - moved >= standstill;
}

bool Link::readable(int64_t milliseconds) {
    if (socket < 0 || kind != CDCMTK_OK) return true;  // the read that follows fails at once
    if (ssl && SSL_has_pending(ssl)) return true;
    if (deadline >= 0) milliseconds = std::max<int64_t>(0, std::min(milliseconds, deadline - now()));
    pollfd descriptors[2] = {{socket, POLLIN, 0}, {wake, POLLIN, 0}};
    return poll(descriptors, 2, int(milliseconds)) > 0;
}

ssize_t Link::read(void *buffer, size_t count) {
    if (socket < 0 || kind != CDCMTK_OK) return -1;
    for (;;) {
        ssize_t result;
        if (ssl) {
            ERR_clear_error();
            result = SSL_read(ssl, buffer, int(std::min<size_t>(count, 1 << 30)));
            if (result <= 0) {
                result = tlsFailed(int(result), false, false);
                if (result != -2) return result;
                continue;
            }
        } else {
            result = recv(socket, buffer, count, 0);
            if (result < 0) {
                if (errno == EINTR) continue;
                if (errno == EAGAIN || errno == EWOULDBLOCK) {
                    if (!wait(POLLIN)) return -1;
                    continue;
                }
                failWith(CDCMTK_CLOSED, std::string("the connection broke (") + strerror(errno) + ")");
                return -1;
            }
            if (result == 0) failWith(CDCMTK_CLOSED, "the peer closed the connection");
        }
        if (firstByte < 0 && result > 0) firstByte = *static_cast<const uint8_t *>(buffer);
        return result;
    }
}

ssize_t Link::write(const void *buffer, size_t count) {
    if (socket < 0 || kind != CDCMTK_OK) return -1;
    const uint8_t *bytes = static_cast<const uint8_t *>(buffer);
    size_t done = 0;
    while (done < count) {
        ssize_t result;
        if (ssl) {
            ERR_clear_error();
            result = SSL_write(ssl, bytes + done, int(std::min<size_t>(count - done, 1 << 30)));
            if (result <= 0) {
                if (tlsFailed(int(result), false, false) == -2) continue;
                writeFailed = true;
                return -1;
            }
        } else {
            result = send(socket, bytes + done, count - done, MSG_NOSIGNAL);
            if (result < 0) {
                if (errno == EINTR) continue;
                if ((errno == EAGAIN || errno == EWOULDBLOCK) && wait(POLLOUT)) continue;
                failWith(CDCMTK_CLOSED, std::string("the connection broke (") + strerror(errno) + ")");
                writeFailed = true;
                return -1;
            }
        }
        done += size_t(result);
    }
    return ssize_t(count);
}

void Link::sendAbort() {
    if (socket < 0 || writeFailed || (ssl && !established)) return;
    const uint8_t abort[] = {0x07, 0, 0, 0, 0, 4, 0, 0, abortSource, abortReason};
    aborted = true;
    if (ssl) {
        ERR_clear_error();
        SSL_write(ssl, abort, sizeof abort);
        ERR_clear_error();
    } else {
        send(socket, abort, sizeof abort, MSG_NOSIGNAL);
    }
    writeFailed = true;
    failWith(CDCMTK_ABORTED, "aborted here");
}

}  // namespace cdcmtk
