// What is left of pixels once their neighbours have said what to expect.

/// One plane of an image taken apart: every `step`th pixel of every `step`th row first, which is a small picture of the whole,
/// then the pixels between, each step halving the distance, so that whoever has the small picture needs only the rest.
///
/// The small picture is predicted as JPEG-LS does it (the median of left, above, and their sum less the corner), the pixels
/// between by the mean of the four around them. A residual is written as an even number when it is positive and an odd one
/// when it is negative, modulo the word: bit for bit what went in comes out, overflow included.
/// `viewer/wire/planes.js` is the way back; both are held to the same examples.
struct PlaneResiduals {
    /// Of the small picture, in rows.
    private(set) var coarse: [UInt16] = []
    /// Of the pixels between.
    private(set) var rest: [UInt16] = []

    private let words: UnsafeBufferPointer<UInt16>
    private let rows: Int
    private let columns: Int
    /// 8 or 16
    private let bits: Int

    /// A power of two that leaves a small picture of at least 96 pixels each way; 1 where the image itself is small.
    static func step(rows: Int, columns: Int) -> Int {
        var step = 1
        while step < 16, min(rows, columns) / (step * 2) >= 96 { step *= 2 }
        return step
    }

    init(_ words: UnsafeBufferPointer<UInt16>, rows: Int, columns: Int, step: Int, bits: Int) {
        self.words = words
        self.rows = rows
        self.columns = columns
        self.bits = bits
        takeCoarse(step)
        rest.reserveCapacity(rows * columns - coarse.count)
        var distance = step
        while distance > 1 {
            let half = distance / 2
            takeDiagonals(distance, half)
            takeBetween(rows: stride(from: 0, to: rows, by: distance), from: half, by: distance, half)
            takeBetween(rows: stride(from: half, to: rows, by: distance), from: 0, by: distance, half)
            distance = half
        }
    }

    private mutating func takeCoarse(_ step: Int) {
        coarse.reserveCapacity(((rows + step - 1) / step) * ((columns + step - 1) / step))
        for row in stride(from: 0, to: rows, by: step) {
            for column in stride(from: 0, to: columns, by: step) {
                let at = row * columns + column
                let left = column > 0 ? Int(words[at - step]) : 0
                let above = row > 0 ? Int(words[at - step * columns]) : 0
                let expected: Int
                if row == 0 {
                    expected = left
                } else if column == 0 {
                    expected = above
                } else {
                    let corner = Int(words[at - step * columns - step])
                    let (low, high) = left < above ? (left, above) : (above, left)
                    expected = corner >= high ? low : corner <= low ? high : left + above - corner
                }
                coarse.append(residual(Int(words[at]) - expected))
            }
        }
    }

    private mutating func takeDiagonals(_ distance: Int, _ half: Int) {
        for row in stride(from: half, to: rows, by: distance) {
            let above = (row - half) * columns
            let below = (row + half < rows ? row + half : row - half) * columns
            for column in stride(from: half, to: columns, by: distance) {
                let left = column - half
                let right = column + half < columns ? column + half : left
                let sum =
                    Int(words[above + left]) + Int(words[above + right]) + Int(words[below + left])
                    + Int(words[below + right])
                rest.append(residual(Int(words[row * columns + column]) - (sum + 2) >> 2))
            }
        }
    }

    /// Pixels whose neighbours left, right, above and below are known. At an edge the neighbour within counts twice.
    private mutating func takeBetween(rows wanted: StrideTo<Int>, from first: Int, by distance: Int, _ half: Int) {
        for row in wanted {
            let above = (row >= half ? row - half : row + half) * columns
            let below = (row + half < rows ? row + half : row - half) * columns
            let own = row * columns
            for column in stride(from: first, to: columns, by: distance) {
                let left = column >= half ? column - half : column + half
                let right = column + half < columns ? column + half : column - half
                let sum =
                    Int(words[own + left]) + Int(words[own + right]) + Int(words[above + column])
                    + Int(words[below + column])
                rest.append(residual(Int(words[own + column]) - (sum + 2) >> 2))
            }
        }
    }

    private func residual(_ difference: Int) -> UInt16 {
        if bits == 8 {
            let signed = Int8(truncatingIfNeeded: difference)
            return UInt16(UInt8(bitPattern: (signed << 1) ^ (signed >> 7)))
        }
        let signed = Int16(truncatingIfNeeded: difference)
        return UInt16(bitPattern: (signed << 1) ^ (signed >> 15))
    }
}
