// What every step of the flow works with.

import Archive
import Audit
import CriticalResults
import Database
import ImageQuality
import Logging
import Observability
import Outbox
import PeerReview
import Priors
import Reading
import Relay
import Retention
import Roster
import Routing
import Supervision
import Templates
import Vocabulary
import Workload

/// One node's stores, books, rules and bells. A value: it holds references to the few things that are shared and owns
/// no state.
package struct FlowContext: Sendable {
    package let node: LocalNode
    package let database: Database
    package let store: any InstanceStore
    package let rules: RoutingRules
    package let signals: FlowSignals
    package let clock: WallClock
    package let logger: Logger
    /// Where compressed copies lie; `nil` where nothing is compressed.
    package var outgoing: OutgoingFolder?
    /// How reports are signed and signatures judged; `nil` where nobody asked for either.
    package var seal: ReportSeal?

    /// Which reports are read twice here; none, unless somebody wants it.
    package var peerReviewRules = PeerReviewRules()
    /// What counts as critical here, and how an unanswered result grows louder.
    package var criticalList = CriticalList.shipped
    /// Who reads here, and until when.
    package var workforce = Workforce()
    /// What readings cost between institutions.
    package var prices = PriceList()
    /// Who else a patient is, and how far earlier studies are looked for.
    package var priorPolicy = PriorPolicy()

    /// How long studies must be kept; `nil`: nothing is proposed to be let go, and nothing destroyed.
    package var retention: RetentionRules?

    package let catalogue = Catalogue()
    package let manifests = ManifestBook()
    package let conflicts = ConflictBook()
    package let quarantine = QuarantineBook()
    package let deliveries = DeliveryLedger()
    package let acquiredForms = AcquiredFormBook()
    package let compressedCopies = CompressedCopyLedger()
    package let receipts = ReceiptLedger()
    package let orders: OrderBook
    package let tasks: TaskBook
    package let worklist: ReadingWorklist
    package let outbox = OutboxLedger()
    package let inbox = InboxLedger()
    package let audit = AuditTrail()
    package let passages = PassageLedger()
    package let absences = AbsenceBook()
    package let fileRequests = FileRequestBook()
    package let custody = CustodyBook()
    package let onwardHops = OnwardHopLedger()
    package let folders = FolderBook()
    package let charsets = CharsetBook()
    package let rereads = RereadBook()
    package let criticalResults: CriticalResultBook
    package let away = AwayBook()
    package let readingTimes = ReadingTimeBook()
    package let routing = RoutingBook()
    package let quality = QualityBook()
    package let retakes: RetakeBook
    package let findingMarks = FindingMarkBook()
    package let reminders = ReminderBook()
    package let troubles = StudyTroubleBook()
    package let rejections = RejectionBook()
    package let shown = ShownBook()
    package let patientCorrections = PatientCorrectionBook()
    package let studyMap = StudyMap()
    package let legalHolds = LegalHoldBook()
    package let priors = PriorBook()
    package let priorLoans = PriorLoanBook()

    package init(
        node: LocalNode, database: Database, store: any InstanceStore, rules: RoutingRules,
        singleReaderAllowed: Bool, signals: FlowSignals, clock: WallClock, logger: Logger
    ) {
        self.node = node
        self.database = database
        self.store = store
        self.rules = rules
        self.signals = signals
        self.clock = clock
        self.logger = logger
        orders = OrderBook(node: node.name)
        tasks = TaskBook(node: node.name, singleReaderAllowed: singleReaderAllowed)
        worklist = ReadingWorklist(node: node.name)
        criticalResults = CriticalResultBook(node: node.name)
        retakes = RetakeBook(node: node.name)
    }

    /// Everything the flow's transactions touch, in the order it must be created.
    package static let migrations: [Migration] = [
        ArchiveSchema.migrations, RelaySchema.migrations, ReadingSchema.migrations, OutboxSchema.migrations,
        AuditSchema.migrations, FlowSchema.migrations, ArrivalSchema.migrations, UploadSchema.migrations,
        CriticalResultSchema.migrations, ReportEditionSchema.migrations, TemplateSchema.migrations,
        RosterSchema.migrations, WorkloadSchema.migrations, RoutingBook.migrations, PeerReviewSchema.migrations,
        ImageQualitySchema.migrations,
        SupervisionSchema.migrations, FigureSchema.migrations, [ReminderBook.migration], CorrectionSchema.migrations,
        PriorSchema.migrations, [StudyTroubleBook.migration],
    ].flatMap { $0 }
}
