import Foundation
import Testing

/// The truth that a shipped session comes with, a row a frame.
struct SessionTruth {
  private let columns: [String: [Double]]
  private let rate = 30.0

  init(_ name: String) throws {
    let text = try String(contentsOf: Program.root.appending(path: "Sessions/\(name).csv"), encoding: .utf8)
    let rows = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    var columns: [String: [Double]] = [:]
    for (index, column) in rows[0].enumerated() {
      columns[String(column)] = rows.dropFirst().map { Double($0[index]) ?? 0 }
    }
    self.columns = columns
  }

  /// The correlation of weights that were shown at some moments with the truth, at the shift of the session's start that
  /// fits best: gurnd's clock began somewhere, and the session plays in a loop, which on a busy machine pauses before it
  /// starts over: up to half a second of that is tried as well.
  func bestCorrelation(of shown: [ShownFrame], weights: [String]) throws -> Double {
    let length = try #require(columns["t"]?.count)
    let start = try #require(shown.first?.time)
    let frames = shown.map { Int((($0.time - start) * rate).rounded()) }
    return (0..<length).map { shift in
      let pauses = frames.last.map { $0 + shift >= length } == true ? 0...15 : 0...0
      return pauses.map { pause in
        let indices = frames.map { $0 + shift < length ? $0 + shift : max(0, $0 + shift - length - pause) % length }
        return weights.map { name in
          Self.correlation(shown.map { $0.weights[name] ?? 0 }, indices.map { columns[name]?[$0] ?? 0 })
        }.reduce(0, +) / Double(weights.count)
      }.max() ?? 0
    }.max() ?? 0
  }

  private static func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    let covariance = zip(a, b).map { ($0 - meanA) * ($1 - meanB) }.reduce(0, +)
    let spread =
      (a.map { ($0 - meanA) * ($0 - meanA) }.reduce(0, +) * b.map { ($0 - meanB) * ($0 - meanB) }.reduce(0, +))
    return spread > 0 ? covariance / spread.squareRoot() : 0
  }
}
