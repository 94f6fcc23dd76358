// An association that a peer requests.

#include "Association.h"

#include <fcntl.h>

#include <memory>
#include <mutex>

namespace {

/// DCMTK takes an accepted socket from a global variable: one at a time, until its transport layer has it.
std::mutex externalSocket;

struct Handover {
    cdcmtk::Link &link;
    std::unique_lock<std::mutex> lock;
};

/// What this thread is handing over at the moment.
thread_local Handover *handover = nullptr;

/// Gives DCMTK the link of the association that the calling thread receives.
class AcceptorLayer : public DcmTransportLayer {
public:
    DcmTransportConnection *createConnection(DcmNativeSocketType socket, OFBool) override {
        if (!handover) return nullptr;
        dcmExternalSocketHandle.set(DCMNET_INVALID_SOCKET);
        cdcmtk::Link &link = handover->link;
        handover->lock.unlock();
        handover = nullptr;
        return new cdcmtk::LinkConnection(link, socket);
    }
};

/// Accepts for the whole process: DCMTK accepts only on a network opened as acceptor.
T_ASC_Network *acceptor = nullptr;

OFCondition receive(CDCMTKAssociation &made, int socket, uint32_t maximumPDU) {
    Handover mine{made.link, std::unique_lock<std::mutex>(externalSocket)};
    handover = &mine;
    dcmExternalSocketHandle.set(socket);
    const OFCondition result =
        ASC_receiveAssociation(acceptor, &made.association, long(maximumPDU), nullptr, nullptr, OFFalse, DUL_BLOCK, 0);
    if (handover) dcmExternalSocketHandle.set(DCMNET_INVALID_SOCKET);
    handover = nullptr;
    return result;
}

void readContexts(CDCMTKAssociation &made) {
    T_ASC_Parameters *parameters = made.association->params;
    const int count = ASC_countPresentationContexts(parameters);
    for (int index = 0; index < count; ++index) {
        T_ASC_PresentationContext found;
        if (ASC_getPresentationContext(parameters, index, &found).bad()) continue;
        cdcmtk::Context context;
        context.id = found.presentationContextID;
        context.abstractSyntax = found.abstractSyntax;
        context.proposedRole = cdcmtk::roleFrom(found.proposedRole);
        for (int syntax = 0; syntax < int(found.transferSyntaxCount); ++syntax) {
            context.transferSyntaxes.push_back(found.proposedTransferSyntaxes[syntax]);
        }
        made.contexts.push_back(std::move(context));
    }
}

}  // namespace

OFCondition cdcmtk::startAccepting() {
    static AcceptorLayer layer;
    // An acceptor that finds a socket here opens no port of its own, but closes this one when it is dropped: an
    // association's must not be it.
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return makeOFCondition(OFM_dcmnet, 1, OF_error, "/dev/null cannot be opened");
    dcmExternalSocketHandle.set(null);
    const OFCondition result = ASC_initializeNetwork(NET_ACCEPTOR, 0, 30, &acceptor);
    dcmExternalSocketHandle.set(DCMNET_INVALID_SOCKET);
    return result.good() ? ASC_setTransportLayer(acceptor, &layer, 0) : result;
}

extern "C" int32_t CDCMTK_association_receive(
    int socket, const CDCMTKTLSContext *tls, int wake, uint32_t maximumPDU, int64_t timeout,
    CDCMTKAssociation **association, CDCMTKFailure *failure) {
    *association = nullptr;
    return cdcmtk::shielded(failure, [&]() -> int32_t {
        std::unique_ptr<CDCMTKAssociation> made(new CDCMTKAssociation);
        cdcmtk::Link &link = made->link;
        link.open(socket, wake, nullptr, tls != nullptr);
        link.setTimeout(timeout);
        link.pdus.maximumPDU = maximumPDU;
        if (!link.expectFirstBytes(tls != nullptr) || (tls && !link.acceptTLS(tls->context))) {
            return cdcmtk::fail(failure, link.kind, "%s", link.text.c_str());
        }
        const OFCondition condition = receive(*made, socket, maximumPDU);
        if (condition.bad() || link.kind == CDCMTK_PROTOCOL) {
            const int32_t kind = made->verdict(condition.bad() ? condition : EC_IllegalCall, failure);
            if (kind == CDCMTK_PROTOCOL) link.sendAbort();
            return kind;
        }
        // DCMTK reports success when the peer has closed at once.
        T_ASC_Association *found = made->association;
        if (link.kind != CDCMTK_OK || !found || !found->params) {
            return cdcmtk::fail(failure, CDCMTK_CLOSED, "the peer closed the connection before it asked for anything");
        }
        made->calling = found->params->DULparams.callingAPTitle;
        made->called = found->params->DULparams.calledAPTitle;
        readContexts(*made);
        if (made->called.empty() && made->contexts.empty()) {
            return cdcmtk::fail(failure, CDCMTK_CLOSED, "the peer closed the connection before it asked for anything");
        }
        *association = made.release();
        return CDCMTK_OK;
    });
}

extern "C" int32_t CDCMTK_association_accept_context(
    CDCMTKAssociation *association, uint8_t contextID, const char *transferSyntax, int32_t role,
    CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        return association->verdict(
            ASC_acceptPresentationContext(
                association->association->params, contextID, transferSyntax, cdcmtk::roleTo(role)),
            failure);
    });
}

extern "C" int32_t CDCMTK_association_refuse_context(
    CDCMTKAssociation *association, uint8_t contextID, uint8_t reason, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        return association->verdict(
            ASC_refusePresentationContext(
                association->association->params, contextID, static_cast<T_ASC_P_ResultReason>(reason)),
            failure);
    });
}

extern "C" int32_t CDCMTK_association_acknowledge(
    CDCMTKAssociation *association, int64_t timeout, CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        association->link.setTimeout(timeout);
        T_ASC_Association *found = association->association;
        ASC_setAPTitles(found->params, nullptr, nullptr, found->params->DULparams.calledAPTitle);
        association->signParameters(found->params);
        return association->verdict(ASC_acknowledgeAssociation(found), failure);
    });
}

extern "C" int32_t CDCMTK_association_reject(
    CDCMTKAssociation *association, uint8_t result, uint8_t source, uint8_t reason, int64_t timeout,
    CDCMTKFailure *failure) {
    return cdcmtk::shielded(failure, [&] {
        association->link.setTimeout(timeout);
        const T_ASC_RejectParameters parameters = {
            static_cast<T_ASC_RejectParametersResult>(result),
            static_cast<T_ASC_RejectParametersSource>(source),
            static_cast<T_ASC_RejectParametersReason>(source << 8 | reason),
        };
        const OFCondition condition = ASC_rejectAssociation(association->association, &parameters);
        // The peer closes; closing first could lose the rejection on its way.
        if (condition.good()) association->link.readable(1000);
        return association->verdict(condition, failure);
    });
}
