// Figures as the JSON API tells them.

import StudyFlow
import Supervision
import Vocabulary

struct FiguresAnswer: Encodable, Sendable {
    var studies: Int
    var judged: Int
    var positive: Int
    var positiveRate: Double?
    var limited: Int
    var inTime: Int
    var inTimeRate: Double?
    var minutes: Double
    var corrected: Int
    var doubleRead: Int
    var discrepant: Int
    var grades: [String: Int]
    /// Minutes within which half, nine tenths and 95 of 100 were done.
    var turnaroundP50: Int?
    var turnaroundP90: Int?
    var turnaroundP95: Int?
    var critical: Int
    var criticalAnswered: Int
    var criticalAnsweredP90: Int?

    init(_ figures: Figures) {
        studies = figures.studies
        judged = figures.judged
        positive = figures.positive
        positiveRate = figures.positiveRate
        limited = figures.limited
        inTime = figures.inTime
        inTimeRate = figures.inTimeRate
        minutes = (figures.minutes * 10).rounded() / 10
        corrected = figures.corrected
        doubleRead = figures.doubleRead
        discrepant = figures.discrepant
        grades = Dictionary(uniqueKeysWithValues: zip(["A", "B", "C", "reject"], figures.grades))
        turnaroundP50 = figures.turnaround.percentile(0.5)
        turnaroundP90 = figures.turnaround.percentile(0.9)
        turnaroundP95 = figures.turnaround.percentile(0.95)
        critical = figures.critical
        criticalAnswered = figures.answered.count
        criticalAnsweredP90 = figures.answered.percentile(0.9)
    }
}

struct SupervisionAnswer: Encodable, Sendable {
    struct Line: Encodable, Sendable {
        /// An institution's node, a reader's account, or a modality.
        var key: String
        var name: String?
        /// Reports that a reader verified.
        var reviewed: Int?
        var figures: FiguresAnswer
    }

    struct Settlement: Encodable, Sendable {
        var reader: NodeName
        var origin: NodeName
        var modality: String
        var studies: Int
        var minutes: Double
        var price: String
        var amount: String
    }

    var period: String
    var from: String
    var until: String
    var countedAt: String
    var total: FiguresAnswer
    var institutions: [Line]
    var readers: [Line]
    var modalities: [Line]
    var currency: String
    var settlement: [Settlement]

    init(_ answer: SupervisionViews.Answer, of period: CivilPeriod, prices: PriceList) {
        self.period = period.description
        from = period.start.description
        until = period.end.description
        countedAt = answer.countedAt.description
        let sheet = answer.sheet
        total = FiguresAnswer(sheet.total)
        institutions = sheet.sums { $0.origin.rawValue }.map { Line(key: $0.key, figures: FiguresAnswer($0.figures)) }
        readers = sheet.readers.map {
            Line(key: $0.user, name: $0.name, reviewed: $0.reviewed, figures: FiguresAnswer($0.figures))
        }
        modalities = sheet.sums { $0.modality }.map { Line(key: $0.key, figures: FiguresAnswer($0.figures)) }
        currency = prices.currency
        settlement = sheet.settlement(prices).map {
            Settlement(
                reader: $0.reader, origin: $0.origin, modality: $0.modality, studies: $0.studies,
                minutes: ($0.minutes * 10).rounded() / 10, price: PriceList.text($0.price),
                amount: PriceList.text($0.amount))
        }
    }
}
