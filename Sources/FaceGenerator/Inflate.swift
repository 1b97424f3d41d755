/// Decompresses DEFLATE streams (RFC 1951), as NumPy's `.npz` files hold them.
struct Inflate {
  /// A Huffman code: how many codes of each length there are, and the symbols in order of code.
  private struct Code {
    var counts = [Int](repeating: 0, count: 16)
    var symbols: [Int] = []

    init(lengths: [Int]) {
      for length in lengths { counts[length] += 1 }
      counts[0] = 0
      for length in 1...15 { symbols += lengths.indices.filter { lengths[$0] == length } }
    }
  }

  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]

  private let input: [UInt8]
  private var position = 0
  private var held: UInt32 = 0
  private var heldBits = 0
  private var output: [UInt8] = []

  /// The decompressed bytes, nil for a stream that is malformed or cut off, or that yields more than `limit` bytes.
  static func bytes(_ input: [UInt8], limit: Int) -> [UInt8]? {
    var stream = Inflate(input: input)
    return stream.run(limit: limit) ? stream.output : nil
  }

  private init(input: [UInt8]) { self.input = input }

  private mutating func run(limit: Int) -> Bool {
    while true {
      guard let last = bits(1), let kind = bits(2) else { return false }
      let isGood =
        switch kind {
        case 0: stored()
        case 1: block(Self.fixedLiterals, Self.fixedDistances, limit: limit)
        case 2: dynamic(limit: limit)
        default: false
        }
      guard isGood, output.count <= limit else { return false }
      if last == 1 { return true }
    }
  }

  private static let fixedLiterals = Code(
    lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
  private static let fixedDistances = Code(lengths: [Int](repeating: 5, count: 30))

  private mutating func bits(_ count: Int) -> Int? {
    while heldBits < count {
      guard position < input.count else { return nil }
      held |= UInt32(input[position]) << UInt32(heldBits)
      position += 1
      heldBits += 8
    }
    let value = Int(held & ((1 << UInt32(count)) - 1))
    held >>= UInt32(count)
    heldBits -= count
    return value
  }

  private mutating func symbol(_ code: Code) -> Int? {
    var (value, first, index) = (0, 0, 0)
    for length in 1...15 {
      guard let bit = bits(1) else { return nil }
      value |= bit
      let count = code.counts[length]
      if value - first < count { return code.symbols[index + value - first] }
      index += count
      first = (first + count) << 1
      value <<= 1
    }
    return nil
  }

  private mutating func stored() -> Bool {
    (held, heldBits) = (0, 0)
    guard position + 4 <= input.count else { return false }
    let length = Int(input[position]) | Int(input[position + 1]) << 8
    position += 4
    guard position + length <= input.count else { return false }
    output += input[position..<position + length]
    position += length
    return true
  }

  private mutating func dynamic(limit: Int) -> Bool {
    guard let literals = bits(5), let distances = bits(5), let codes = bits(4) else { return false }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var lengths = [Int](repeating: 0, count: 19)
    for place in order.prefix(codes + 4) {
      guard let length = bits(3) else { return false }
      lengths[place] = length
    }
    let code = Code(lengths: lengths)
    let total = literals + 257 + distances + 1
    lengths = []
    while lengths.count < total {
      guard let next = symbol(code) else { return false }
      switch next {
      case 0..<16: lengths.append(next)
      case 16:
        guard let last = lengths.last, let more = bits(2) else { return false }
        lengths += [Int](repeating: last, count: 3 + more)
      default:
        guard let more = bits(next == 17 ? 3 : 7) else { return false }
        lengths += [Int](repeating: 0, count: (next == 17 ? 3 : 11) + more)
      }
    }
    guard lengths.count == total else { return false }
    return block(
      Code(lengths: Array(lengths[..<(literals + 257)])), Code(lengths: Array(lengths[(literals + 257)...])),
      limit: limit)
  }

  private mutating func block(_ literals: Code, _ distances: Code, limit: Int) -> Bool {
    while output.count <= limit {
      guard let next = symbol(literals) else { return false }
      if next < 256 {
        output.append(UInt8(next))
      } else if next == 256 {
        return true
      } else {
        guard next < 286, let extra = bits(Self.lengthBits[next - 257]), let code = symbol(distances), code < 30,
          let far = bits(code < 2 ? 0 : code / 2 - 1)
        else { return false }
        let distance = Self.distanceBase[code] + far
        guard distance <= output.count else { return false }
        for _ in 0..<(Self.lengthBase[next - 257] + extra) { output.append(output[output.count - distance]) }
      }
    }
    return false
  }
}
