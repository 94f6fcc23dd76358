// An association that we request.

#include "Association.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <cstring>
#include <memory>

namespace {

using cdcmtk::fail;

/// DCMTK knows IPv4 only and cuts long names off, so that names are looked up here.
int32_t resolve(const char *host, std::string &address, CDCMTKFailure *failure) {
    addrinfo hints = {};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    const int result = getaddrinfo(host, nullptr, &hints, &found);
    if (result) return fail(failure, CDCMTK_HOST_NOT_FOUND, "%s: %s", host, gai_strerror(result));
    char text[INET_ADDRSTRLEN] = "";
    inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in *>(found->ai_addr)->sin_addr, text, sizeof text);
    freeaddrinfo(found);
    address = text;
    return CDCMTK_OK;
}

OFCondition propose(T_ASC_Parameters *parameters, const CDCMTKRequest &request, std::vector<cdcmtk::Context> &contexts) {
    for (int32_t index = 0; index < request.proposalCount; ++index) {
        const CDCMTKProposal &proposal = request.proposals[index];
        std::vector<const char *> syntaxes(
            proposal.transferSyntaxes, proposal.transferSyntaxes + proposal.transferSyntaxCount);
        cdcmtk::Context context;
        context.id = uint8_t(2 * index + 1);
        context.abstractSyntax = proposal.abstractSyntax;
        context.transferSyntaxes.assign(syntaxes.begin(), syntaxes.end());
        context.proposedRole = proposal.role;
        const OFCondition result = ASC_addPresentationContext(
            parameters, context.id, proposal.abstractSyntax, syntaxes.data(), int(syntaxes.size()),
            cdcmtk::roleTo(proposal.role));
        if (result.bad()) return result;
        contexts.push_back(std::move(context));
    }
    return EC_Normal;
}

void readAnswers(CDCMTKAssociation &made) {
    T_ASC_Parameters *parameters = made.association->params;
    const int count = ASC_countPresentationContexts(parameters);
    for (int index = 0; index < count; ++index) {
        T_ASC_PresentationContext found;
        if (ASC_getPresentationContext(parameters, index, &found).bad()) continue;
        for (cdcmtk::Context &context : made.contexts) {
            if (context.id != found.presentationContextID) continue;
            context.result = uint8_t(found.resultReason);
            if (found.resultReason == ASC_P_ACCEPTANCE) context.acceptedTransferSyntax = found.acceptedTransferSyntax;
            context.acceptedRole = cdcmtk::roleFrom(found.acceptedRole);
        }
    }
}

int32_t connectFailed(CDCMTKAssociation &made, const OFCondition &condition, bool tls, CDCMTKFailure *failure) {
    const std::string text = condition.text();
    if (made.link.kind == CDCMTK_OK && !made.layer.taken) {
        failure->module = condition.module();
        failure->code = condition.code();
        if (text.find("refused") != std::string::npos) return fail(failure, CDCMTK_CONNECTION_REFUSED, "connection refused");
        if (text.find("timed out") != std::string::npos || text.find("imeout") != std::string::npos
            || text.find("in progress") != std::string::npos) {
            return fail(failure, CDCMTK_TIMED_OUT, "no answer to the connection request");
        }
        return fail(failure, CDCMTK_UNREACHABLE, "%s", text.c_str());
    }
    if (!tls && made.link.sawTLS()) return fail(failure, CDCMTK_PEER_IS_TLS, "the peer's port is for TLS");
    return made.verdict(condition, failure);
}

}  // namespace

DcmTransportConnection *cdcmtk::RequestorLayer::createConnection(DcmNativeSocketType socket, OFBool) {
    link.open(socket, request->wake, request->congestionControl, request->tls != nullptr);
    link.pdus.isRequestor = true;
    link.pdus.maximumPDU = request->maximumPDU;
    taken = true;
    LinkConnection *connection = new LinkConnection(link, socket);
    connection->request = request;
    return connection;
}

extern "C" int32_t CDCMTK_association_request(
    const CDCMTKRequest *request, CDCMTKAssociation **association, CDCMTKFailure *failure) {
    *association = nullptr;
    return cdcmtk::shielded(failure, [&]() -> int32_t {
        std::string address;
        if (resolve(request->host, address, failure)) return failure->kind;
        std::unique_ptr<CDCMTKAssociation> made(new CDCMTKAssociation);
        made->layer.request = request;
        OFCondition condition = ASC_initializeNetwork(NET_REQUESTOR, 0, 30, &made->network);
        if (condition.good()) condition = ASC_setTransportLayer(made->network, &made->layer, 0);
        T_ASC_Parameters *parameters = nullptr;
        if (condition.good()) condition = ASC_createAssociationParameters(&parameters, long(request->maximumPDU));
        if (condition.bad()) return made->verdict(condition, failure);

        made->signParameters(parameters);
        ASC_setAPTitles(parameters, request->callingAETitle, request->calledAETitle, nullptr);
        ASC_setTransportLayerType(parameters, request->tls ? OFTrue : OFFalse);
        ASC_setPresentationAddresses(
            parameters, "localhost", (address + ":" + std::to_string(request->port)).c_str());
        condition = propose(parameters, *request, made->contexts);
        if (condition.bad()) {
            ASC_destroyAssociationParameters(&parameters);
            return made->verdict(condition, failure);
        }
        made->link.setTimeout(request->timeout);
        condition =
            ASC_requestAssociation(made->network, parameters, &made->association, nullptr, nullptr, DUL_BLOCK, 0);
        made->layer.request = nullptr;
        if (condition.bad()) {
            T_ASC_RejectParameters rejection = {};
            ASC_getRejectParameters(parameters, &rejection);
            const int32_t kind = connectFailed(*made, condition, request->tls != nullptr, failure);
            if (kind == CDCMTK_REJECTED) {
                failure->rejectResult = uint8_t(rejection.result);
                failure->rejectSource = uint8_t(rejection.source);
                failure->rejectReason = uint8_t(rejection.reason & 0xFF);
            }
            if (!made->association) ASC_destroyAssociationParameters(&parameters);
            return kind;
        }
        made->link.setStandstill(request->standstill);
        made->calling = request->callingAETitle;
        made->called = request->calledAETitle;
        readAnswers(*made);
        *association = made.release();
        return CDCMTK_OK;
    });
}
