// Which series stand in which pane when a study is opened, and whether an earlier study stands beside it.

/// What the viewer does by itself; the viewer gets it as JSON and decides with the images' own geometry.
package struct HangingRules: Hashable, Codable, Sendable {
    /// The first that fits a study decides.
    package var rules: [HangingRule]

    package init(rules: [HangingRule] = []) { self.rules = rules }
}

package struct HangingRule: Hashable, Codable, Sendable {
    package enum Prior: String, Hashable, Codable, Sendable, CaseIterable {
        /// Opened beside the study as soon as it is there.
        case automatic
        /// Opened by a key.
        case key
        case never
    }

    package var name: String
    /// Any of these in the study; empty: any.
    package var modalities: [String]
    /// Words of which the body part or the description must hold one, in capitals; empty: any.
    package var words: [String]
    package var layout: HangingLayout
    package var panes: [HangingPane]
    package var prior: Prior
    /// An older one is not opened by itself.
    package var priorWithinDays: Int?
    /// With a prior.
    package var layoutWithPrior: HangingLayout
    package var panesWithPrior: [HangingPane]

    package init(
        name: String, modalities: [String] = [], words: [String] = [], layout: HangingLayout = .single,
        panes: [HangingPane] = [], prior: Prior = .key, priorWithinDays: Int? = nil,
        layoutWithPrior: HangingLayout = .pair, panesWithPrior: [HangingPane] = []
    ) {
        self.name = name
        self.modalities = modalities
        self.words = words
        self.layout = layout
        self.panes = panes
        self.prior = prior
        self.priorWithinDays = priorWithinDays
        self.layoutWithPrior = layoutWithPrior
        self.panesWithPrior = panesWithPrior
    }
}

package struct HangingLayout: Hashable, Codable, Sendable, CustomStringConvertible {
    package var rows: Int
    package var columns: Int

    package static let single = HangingLayout(rows: 1, columns: 1)
    package static let pair = HangingLayout(rows: 1, columns: 2)

    package init(rows: Int, columns: Int) {
        self.rows = rows
        self.columns = columns
    }

    /// `1x2`: rows by columns, each 1 to 3.
    package init?(_ text: String) {
        let numbers = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard numbers.count == 2, let rows = numbers[0], let columns = numbers[1], (1...3).contains(rows),
            (1...3).contains(columns)
        else { return nil }
        self.init(rows: rows, columns: columns)
    }

    package var count: Int { rows * columns }
    package var description: String { "\(rows)x\(columns)" }
}

package struct HangingPane: Hashable, Codable, Sendable {
    package enum Show: String, Hashable, Codable, Sendable, CaseIterable { case current, prior }
    package enum Plane: String, Hashable, Codable, Sendable, CaseIterable { case axial, sagittal, coronal }
    package enum Thickness: String, Hashable, Codable, Sendable, CaseIterable { case thin, thick }
    package enum Contrast: String, Hashable, Codable, Sendable, CaseIterable { case with, without }

    package var show: Show
    package var plane: Plane?
    package var thickness: Thickness?
    package var contrast: Contrast?
    /// Words in the series' description or protocol, in capitals; the more the better.
    package var words: [String]
    /// `L` or `R`: of breasts, hands, feet.
    package var laterality: String?
    /// Of a prior: the pane, counted from 1, whose series it is to match.
    package var matching: Int?

    package init(
        show: Show = .current, plane: Plane? = nil, thickness: Thickness? = nil, contrast: Contrast? = nil,
        words: [String] = [], laterality: String? = nil, matching: Int? = nil
    ) {
        self.show = show
        self.plane = plane
        self.thickness = thickness
        self.contrast = contrast
        self.words = words
        self.laterality = laterality
        self.matching = matching
    }
}
