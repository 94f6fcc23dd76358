// Which piece falls on which page.

/// The smallest thing that is never cut: a line, a row of a table, a picture.
struct Piece {
    var height: Double
    /// Doesn't stand alone at the foot of a page: headings, first lines.
    var keepsWithNext = false
    /// Nothing to see: left out at the top of a page.
    var isSpace = false
    /// Goes to the foot of its page when it is the last one.
    var sinks = false
    var draw: (_ canvas: Canvas, _ y: Double) -> Void = { _, _ in }

    static func space(_ height: Double, keepsWithNext: Bool = false) -> Piece {
        Piece(height: height, keepsWithNext: keepsWithNext, isSpace: true)
    }
}

struct PlacedPiece {
    var piece: Piece
    var y: Double
}

/// Fills pages from the top.
struct Pagination {
    var top: Double
    var bottom: Double
    private(set) var pages: [[PlacedPiece]] = [[]]
    private var y: Double

    init(top: Double, bottom: Double, pieces: [Piece]) {
        self.top = top
        self.bottom = bottom
        y = top
        var rest = pieces[...]
        while !rest.isEmpty {
            let count = (rest.firstIndex { !$0.keepsWithNext } ?? rest.endIndex - 1) - rest.startIndex + 1
            place(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        if let last = pages[pages.count - 1].last, last.piece.sinks {
            pages[pages.count - 1][pages[pages.count - 1].count - 1].y = max(last.y, bottom - last.piece.height)
        }
    }

    /// A group that fits no page is broken where it must.
    private mutating func place(_ group: ArraySlice<Piece>) {
        let height = group.reduce(0) { $0 + $1.height }
        if y + height > bottom, height <= bottom - top { turn() }
        for piece in group {
            if piece.isSpace && y == top { continue }
            if y + piece.height > bottom && y > top { turn() }
            pages[pages.count - 1].append(PlacedPiece(piece: piece, y: y))
            y += piece.height
        }
    }

    private mutating func turn() {
        pages.append([])
        y = top
    }
}
