import Foundation

/// The report for people.
extension BenchReport {
  /// Lines of a table, and what belongs to it.
  package var lines: [String] {
    var lines = [
      "set \(set); one core: \(Self.text(limits.gigaflops, 0)) GFLOP/s in registers (\(limits.instructionSet)), "
        + "\(Self.text(limits.copyGigabytes, 1)) GB/s copied"
    ]
    if let renderer { lines.append("gl: \(renderer)") }
    if let peer { lines.append("against: \(peer)") }
    lines += [""] + Self.aligned([header] + rows.map(cells), leading: 2)
    if !layers.isEmpty { lines += [""] + Self.aligned(layerCells, leading: 2) }
    if !starts.isEmpty {
      lines.append("")
      for start in starts {
        lines.append(
          "start of \(start.executor), program to first outputs: cold \(Self.text(start.coldSeconds * 1000, 0)) ms, "
            + "warm \(Self.text(start.warmSeconds * 1000, 0)) ms")
      }
    }
    return notes.isEmpty ? lines : lines + [""] + notes
  }

  private var header: [String] {
    ["network", "executor", "ms p50", "p99", "CPU ms", "passes", "MMAC", "GFLOP/s", "of limit", "MiB", "allocs"]
      + (peer == nil ? [] : ["peer ms", "CPU ms", "ratio", "of CPU", "differ by"])
  }

  private func cells(_ row: Row) -> [String] {
    var cells = [
      row.network, row.executor, Self.text(row.milliseconds, 3), Self.text(row.milliseconds99, 3),
      Self.text(row.cpuMilliseconds, 3), row.passes.map(String.init) ?? "",
      Self.text(Double(row.multiplyAdds) / 1e6, 2), Self.text(row.gigaflops, 1),
      row.shareOfLimit.map { Self.text($0 * 100, 0) + " %" } ?? "", Self.text(row.memoryMebibytes, 1),
      Self.text(row.allocations, 0),
    ]
    guard peer != nil else { return cells }
    if let peer = row.peer {
      cells += [
        Self.text(peer.milliseconds, 3), Self.text(peer.cpuMilliseconds, 3), Self.text(peer.ratio, 2),
        Self.text(peer.cpuRatio, 2), String(format: "%.0e", peer.worstDifference),
      ]
    } else {
      cells += ["", "", "", "", ""]
    }
    return cells
  }

  private var layerCells: [[String]] {
    [["network", "layer", "MMAC", "µs", "GFLOP/s"] + (peer == nil ? [] : ["peer µs", "our speed"])]
      + layers.map { layer in
        let speed = 2 * Double(layer.multiplyAdds) / layer.microseconds / 1000
        let cells = [
          layer.network, layer.name, Self.text(Double(layer.multiplyAdds) / 1e6, 3), Self.text(layer.microseconds, 2),
          Self.text(speed, 1),
        ]
        guard peer != nil else { return cells }
        return cells
          + [
            layer.peerMicroseconds.map { Self.text($0, 2) } ?? "",
            layer.peerMicroseconds.map { Self.text($0 / layer.microseconds * 100, 0) + " %" } ?? "",
          ]
      }
  }

  private static func text(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

  /// Columns of one width; the first `leading` are words, the rest numbers that stand to the right.
  static func aligned(_ rows: [[String]], leading: Int) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { column, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return column < leading ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }
  }
}
