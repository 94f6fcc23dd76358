// The structure of A-ASSOCIATE-RQ and -AC (PS3.8 9.3.2, 9.3.3; PS3.7 annex D.3.3).

#include "PDUReader.h"

#include <bitset>

namespace cdcmtk {

namespace {

/// Before the items: version, AE titles, reserved bytes.
constexpr size_t fixedLength = 68;
/// Identifiers are odd numbers of one byte.
constexpr int mostContexts = 128;
constexpr int mostTransferSyntaxes = 64;
/// A role for each context, an extended and a common extended negotiation for each class, and some.
constexpr int mostUserItems = 512;
constexpr size_t longestUID = 65;

/// The items in `count` bytes, one after the other.
class Items {
public:
    Items(const uint8_t *bytes, size_t count) : bytes(bytes), rest(count) {}

    /// `false` at the end, and where an item is longer than what encloses it.
    bool next() {
        if (rest == 0) return false;
        if (rest < 4) return stray();
        type = bytes[0];
        count = size_t(bytes[2]) << 8 | bytes[3];
        if (count > rest - 4) return stray();
        value = bytes + 4;
        bytes += 4 + count;
        rest -= 4 + count;
        return true;
    }

    uint8_t type = 0;
    const uint8_t *value = nullptr;
    size_t count = 0;
    bool isBroken = false;

private:
    bool stray() {
        isBroken = true;
        return false;
    }

    const uint8_t *bytes;
    size_t rest;
};

const char longItem[] = "an item that is longer than the request that holds it";

std::string flawInContext(const Items &context, bool isRequest, std::bitset<256> &seen) {
    if (context.count < 4) return longItem;
    const uint8_t id = context.value[0];
    if (id % 2 == 0 || seen[id]) return "presentation context " + std::to_string(id) + " twice, or even";
    seen[id] = true;
    Items parts(context.value + 4, context.count - 4);
    int abstractSyntaxes = 0, transferSyntaxes = 0;
    while (parts.next()) {
        if (parts.count > longestUID) return "a UID of " + std::to_string(parts.count) + " characters";
        if (parts.type == 0x30) ++abstractSyntaxes;
        if (parts.type == 0x40) ++transferSyntaxes;
        if (abstractSyntaxes > 1) return "a presentation context with several abstract syntaxes";
        if (transferSyntaxes > mostTransferSyntaxes) {
            return "a presentation context with more than " + std::to_string(mostTransferSyntaxes)
                + " transfer syntaxes";
        }
    }
    if (parts.isBroken) return longItem;
    if (isRequest && (abstractSyntaxes == 0 || transferSyntaxes == 0)) return "a presentation context without syntaxes";
    return "";
}

std::string flawInUserInformation(const Items &information) {
    Items parts(information.value, information.count);
    int found = 0;
    while (parts.next()) {
        if (++found > mostUserItems) return "more than " + std::to_string(mostUserItems) + " user items";
        const bool isNumber = parts.type == 0x51 || parts.type == 0x53;
        if (isNumber && parts.count != 4) return "a user item of the wrong length";
        const bool hasLengthFirst = parts.type == 0x54 || parts.type == 0x56 || parts.type == 0x57;
        if (!hasLengthFirst) continue;
        if (parts.count < 2) return longItem;
        const size_t uid = size_t(parts.value[0]) << 8 | parts.value[1];
        // A role (D.3.3.4) ends with two bytes of its own.
        if (uid > longestUID || uid + (parts.type == 0x54 ? 4 : 2) > parts.count) return longItem;
    }
    return parts.isBroken ? longItem : "";
}

}  // namespace

std::string flawInAssociate(const uint8_t *body, size_t count, bool isRequest) {
    if (count < fixedLength) return "an association request that is cut short";
    std::bitset<256> seen;
    int contexts = 0, applications = 0, users = 0;
    Items items(body + fixedLength, count - fixedLength);
    while (items.next()) {
        std::string flaw;
        if (items.type == (isRequest ? 0x20 : 0x21)) {
            if (++contexts > mostContexts) flaw = "more than 128 presentation contexts";
            if (flaw.empty()) flaw = flawInContext(items, isRequest, seen);
        } else if (items.type == 0x10) {
            if (++applications > 1 || items.count > longestUID) flaw = "more than one application context";
        } else if (items.type == 0x50) {
            flaw = ++users > 1 ? "user information twice" : flawInUserInformation(items);
        }
        if (!flaw.empty()) return flaw;
    }
    return items.isBroken ? longItem : "";
}

}  // namespace cdcmtk
