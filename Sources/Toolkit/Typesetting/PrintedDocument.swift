// A document as the printer's shop understands it: what stands where, not what it means.

import Foundation
import Vocabulary

/// An A4 document in values; `pdf()` sets it.
package struct PrintedDocument: Sendable, Hashable {
    package var information: PrintedInformation
    package var title: PrintedTitle
    /// Framed lines under the title: what a reader must know before the first sentence.
    package var banners: [PrintedLabel] = []
    /// One or two words drawn large and pale behind every page, such as 作废.
    package var watermark: String?
    /// Heads every page but the first, so that a loose sheet says whose it is.
    package var runningHeader: String
    package var blocks: [PrintedBlock]
    /// Small print at the foot of every page, beside "第 1 页 / 共 2 页".
    package var notice: String

    package init(
        information: PrintedInformation, title: PrintedTitle, banners: [PrintedLabel] = [], watermark: String? = nil,
        runningHeader: String, blocks: [PrintedBlock], notice: String
    ) {
        self.information = information
        self.title = title
        self.banners = banners
        self.watermark = watermark
        self.runningHeader = runningHeader
        self.blocks = blocks
        self.notice = notice
    }
}

/// What the file says of itself; never a patient's name, since file managers and search engines show it.
package struct PrintedInformation: Sendable, Hashable {
    package var title: String
    /// The institution that answers for the document.
    package var author: String
    /// The document's own date; the bytes depend on it, not on the clock.
    package var created: Timestamp
    /// RFC 3066.
    package var language: String

    package init(title: String, author: String, created: Timestamp, language: String = "zh-CN") {
        self.title = title
        self.author = author
        self.created = created
        self.language = language
    }
}

package struct PrintedTitle: Sendable, Hashable {
    package var institution: String
    package var heading: PrintedLabel

    package init(institution: String, heading: PrintedLabel) {
        self.institution = institution
        self.heading = heading
    }
}

/// Chinese first, English after it and smaller.
package struct PrintedLabel: Sendable, Hashable {
    package var chinese: String
    package var english: String

    package init(_ chinese: String, _ english: String = "") {
        self.chinese = chinese
        self.english = english
    }
}

package enum PrintedBlock: Sendable, Hashable {
    /// Two columns of labelled values between two rules.
    case table([PrintedField])
    /// Rows of figures under a heading.
    case grid(PrintedGrid)
    case heading(PrintedLabel)
    /// Running text; line feeds start new lines.
    case paragraph(String)
    case picture(PrintedPicture)
    /// Stays together, at the foot of the page it falls on if it is the last block.
    case signatures([PrintedSignature])
}

package struct PrintedField: Sendable, Hashable {
    package var label: PrintedLabel
    package var value: String
    /// Takes both columns.
    package var isWide: Bool

    package init(_ label: PrintedLabel, _ value: String, isWide: Bool = false) {
        self.label = label
        self.value = value
        self.isWide = isWide
    }
}

package struct PrintedPicture: Sendable, Hashable {
    /// Transparent parts come out white.
    package var png: Data
    package var caption: String
    /// Share of the text's width, 0 to 1.
    package var width: Double

    package init(png: Data, caption: String = "", width: Double = 0.6) {
        self.png = png
        self.caption = caption
        self.width = width
    }
}

package struct PrintedSignature: Sendable, Hashable {
    package var role: PrintedLabel
    /// Empty where nobody has signed yet: a line to sign on is drawn.
    package var name: String
    package var time: String

    package init(role: PrintedLabel, name: String, time: String) {
        self.role = role
        self.name = name
        self.time = time
    }
}
