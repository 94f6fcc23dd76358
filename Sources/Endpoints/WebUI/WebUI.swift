// The pages, the viewer's files and the JSON API.

import Foundation
import HTTPService
import Hummingbird
import Priors
import StudyFlow
import Templates
import Vocabulary

/// One node's web face: it translates between HTTP and StudyFlow and decides nothing itself. `Node` makes one, gives its
/// `errorPage` to the router, adds its routes, and runs `liveUpdates` beside the server.
package struct WebUI: Sendable {
    /// Applies a parked event again for an operator: `LinkExchange.retryParked`.
    package typealias ParkedEventRetry = @Sendable (_ id: UUID, _ peer: NodeName, _ user: String) async throws -> Bool

    /// Where a browser goes that isn't logged in (`JieliRouter.Options.loginPath`).
    package static let loginPath = "/login"

    let flow: FlowContext
    let resources: WebResources
    let events: EventStream
    let retryParkedEvent: ParkedEventRetry
    /// What reports start from: shipped, and what this node lays over it.
    package var templates: TemplateLibrary
    /// How studies hang when they are opened.
    package var hangingRules = HangingRules()
    /// Whether this is the account's password; `nil` where a session is enough to sign.
    package var confirmSigner: (@Sendable (_ user: String, _ password: String) async throws -> Bool)?

    package init(
        _ flow: FlowContext, resources: WebResources, retryParkedEvent: @escaping ParkedEventRetry
    ) {
        self.flow = flow
        self.resources = resources
        self.retryParkedEvent = retryParkedEvent
        templates = resources.reportTemplates
        events = EventStream(firstID: flow.clock.now().milliseconds)
    }

    /// Tells open pages what changes; a service of its own.
    package var liveUpdates: LiveUpdates { LiveUpdates(signals: flow.signals, events: events) }

    /// What a browser is shown instead of a problem's JSON.
    package var errorPage: ErrorAnswers.Page { MessagePage(self).answer }

    package func addRoutes(to router: Router<JieliRequestContext>) {
        AssetRoutes(resources).add(to: router)
        DescriptionRoutes(resources).add(to: router)
        EventRoutes(events).add(to: router)
        StudyRoutes(self).add(to: router)
        ReportRoutes(self).add(to: router)
        OrderRoutes(self).add(to: router)
        WorklistRoutes(self).add(to: router)
        TaskRoutes(self).add(to: router)
        AssignmentRoutes(self).add(to: router)
        RosterRoutes(self).add(to: router)
        ReportLifeRoutes(self).add(to: router)
        MeasurementRoutes(self).add(to: router)
        TemplateRoutes(self).add(to: router)
        PreferenceRoutes(self).add(to: router)
        PeerReviewRoutes(self).add(to: router)
        OperatorRoutes(self).add(to: router)
        ObligationRoutes(self).add(to: router)
        QuarantineRoutes(self).add(to: router)
        RoutingRoutes(self).add(to: router)
        CharsetRoutes(self).add(to: router)
        CriticalResultRoutes(self).add(to: router)
        QualityRoutes(self).add(to: router)
        CorrectionRoutes(self).add(to: router)
        RetentionRoutes(self).add(to: router)
        PriorRoutes(self).add(to: router)
        HomePage(self).add(to: router)
        StudiesPage(self).add(to: router)
        StudyPage(self).add(to: router)
        WorklistPage(self).add(to: router)
        RosterPage(self).add(to: router)
        ReadingPage(self).add(to: router)
        TemplatesPage(self).add(to: router)
        PeerReviewPages(self).add(to: router)
        ImportsPage(self).add(to: router)
        OperatorPage(self).add(to: router)
        ObligationsPage(self).add(to: router)
        QuarantinePage(self).add(to: router)
        RoutingPage(self).add(to: router)
        CharsetsPage(self).add(to: router)
        RetentionPage(self).add(to: router)
        CriticalResultsPage(self).add(to: router)
        MarksPanel(self).add(to: router)
        QualityPage(self).add(to: router)
        SupervisionPage(self).add(to: router)
        AccountPages(self).add(to: router)
    }
}
