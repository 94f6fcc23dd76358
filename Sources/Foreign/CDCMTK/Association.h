// What stands behind a CDCMTKAssociation.
#pragma once

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmnet/assoc.h"
#include "dcmtk/dcmnet/dcmlayer.h"

#include "Link.h"

namespace cdcmtk {

/// Gives DCMTK our link as its transport; one per requested association.
class RequestorLayer : public DcmTransportLayer {
public:
    explicit RequestorLayer(Link &link) : link(link) {}

    /// Opens the link on the socket that DCMTK has connected.
    DcmTransportConnection *createConnection(DcmNativeSocketType socket, OFBool) override;

    const CDCMTKRequest *request = nullptr;
    bool taken = false;

private:
    Link &link;
};

/// Makes the one network that accepts for the whole process. Call once.
OFCondition startAccepting();

struct Context {
    uint8_t id = 0;
    std::string abstractSyntax;
    std::vector<std::string> transferSyntaxes;
    std::string acceptedTransferSyntax;
    int32_t proposedRole = CDCMTK_ROLE_DEFAULT;
    int32_t acceptedRole = CDCMTK_ROLE_DEFAULT;
    uint8_t result = 0;
};

int32_t roleFrom(T_ASC_SC_ROLE role);
T_ASC_SC_ROLE roleTo(int32_t role);

}  // namespace cdcmtk

struct CDCMTKAssociation {
    cdcmtk::Link link;
    cdcmtk::RequestorLayer layer{link};
    /// Of a requestor only.
    T_ASC_Network *network = nullptr;
    T_ASC_Association *association = nullptr;
    std::vector<cdcmtk::Context> contexts;
    std::string calling, called;

    ~CDCMTKAssociation();

    /// The verdict on a DCMTK call: the link's own where the link failed, otherwise DCMTK's.
    int32_t verdict(const OFCondition &condition, CDCMTKFailure *failure);
    /// Names the implementation that speaks (PS3.7 D.3.3.2).
    void signParameters(T_ASC_Parameters *parameters);
};

namespace cdcmtk {

/// Runs `body` and lets no exception out.
template <typename Body>
int32_t shielded(CDCMTKFailure *failure, Body body) noexcept {
    *failure = CDCMTKFailure{};
    try {
        return body();
    } catch (const std::exception &exception) {
        return fail(failure, CDCMTK_INTERNAL, "%s", exception.what());
    } catch (...) {
        return fail(failure, CDCMTK_INTERNAL, "unknown failure in a foreign library");
    }
}

}  // namespace cdcmtk
