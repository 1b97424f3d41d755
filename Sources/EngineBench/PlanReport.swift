import Foundation
import NeuralGraph
import ShaderInference

/// What a network, or a whole frame's, becomes on the GPU: as a table and as a drawing, both from the planner's own plan.
package struct PlanReport: Sendable {
  private let rows: [FramePlan.Row]
  private let networks: [String]
  private let title: String
  private let memoryBytes: Int

  /// Plans a model file, or the window network and the local ones of a folder with a set.
  ///
  /// - Parameter targets: attachments that a pass may write, 1…8.
  /// - Throws: ``BenchError/network(_:)`` for what can't run side by side with others.
  package init(path: String, targets: Int) throws(BenchError) {
    var options = ShaderOptions.software
    options.targets = targets
    var isFolder: ObjCBool = false
    let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    do {
      let plan: FramePlan
      if isThere, isFolder.boolValue {
        let locals = try ["mouth", "eye", "brow"].filter {
          FileManager.default.fileExists(atPath: "\(path)/\($0).gurn")
        }.map { try ModelFile.read("\(path)/\($0).gurn") }
        plan = try FramePlan(
          window: ModelFile.read(path + "/window.gurn"), locals: locals.map { ($0, $0.crops) }, options: options)
      } else {
        plan = try FramePlan(ModelFile.read(path), options: options)
      }
      rows = plan.rows
      networks = plan.networks
      memoryBytes = plan.memoryBytes
    } catch { throw .network("\(error)") }
    title = "\(path): \(rows.count) passes, \(targets) targets each at most"
  }

  /// The table.
  package var lines: [String] {
    let cells = rows.map { row in
      [
        "\(row.number)", row.shader, row.layers.joined(separator: " + "), row.target,
        row.sources.map(String.init).joined(separator: " "), "\(row.tiles.count)", "\(row.channels)",
        row.multiplyAdds == 0 ? "" : String(format: "%.3f", Double(row.multiplyAdds) / 1e6),
      ]
    }
    let work = rows.reduce(0) { $0 + $1.multiplyAdds }
    return [
      title, String(format: "%.1f MMAC, %.1f MiB of textures", Double(work) / 1e6, Double(memoryBytes) / 1_048_576), "",
    ]
      + BenchReport.aligned(
        [["pass", "shader", "layers (network, value)", "target", "reads", "tiles", "channels", "MMAC"]] + cells,
        leading: 5)
  }

  /// The drawing: a pass a row, its target's tiles to scale, a colour a network.
  package var svg: String {
    let colours = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"]
    var body = ""
    var y = 56.0
    func text(_ x: Double, _ y: Double, _ words: String, _ size: Int = 12, anchor: String = "start") {
      let safe = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      body += "<text x=\"\(x)\" y=\"\(y)\" font-size=\"\(size)\" text-anchor=\"\(anchor)\">\(safe)</text>\n"
    }
    text(16, 26, "\(rows.count) passes, from the top: what each draws, to scale", 15)
    for (index, name) in networks.enumerated() {
      body +=
        "<rect x=\"\(480 + 90 * index)\" y=\"14\" width=\"14\" height=\"14\" fill=\"\(colours[index % colours.count])\"/>\n"
      text(Double(500 + 90 * index), 26, name)
    }
    for row in rows {
      // Vectors are thin: a texel of theirs is drawn four high.
      let scale = SIMD2<Double>(Double(row.size.x) > 300 ? 300 / Double(row.size.x) : 1, row.size.y < 12 ? 4 : 1)
      let height = max(34, Double(row.size.y) * scale.y)
      text(30, y + 14, "\(row.number)", 13, anchor: "end")
      text(40, y + 14, row.shader, 13)
      text(
        40, y + 29,
        "\(row.target)"
          + (row.sources.isEmpty ? "" : ", reads \(row.sources.map(String.init).joined(separator: ", "))"), 10)
      body +=
        "<rect x=\"270\" y=\"\(y)\" width=\"\(Double(row.size.x) * scale.x)\" height=\"\(Double(row.size.y) * scale.y)\" fill=\"#eee\"/>\n"
      for tile in row.tiles {
        let place = tile.place
        body +=
          "<rect x=\"\(270 + Double(place.x) * scale.x)\" y=\"\(y + Double(place.y) * scale.y)\" "
          + "width=\"\(Double(place.z) * scale.x)\" height=\"\(Double(place.w) * scale.y)\" "
          + "fill=\"\(colours[tile.network % colours.count])\" stroke=\"#fff\" stroke-width=\"0.5\"/>\n"
      }
      text(590, y + 14, row.layers.joined(separator: " + "), 11)
      if row.multiplyAdds > 0 { text(590, y + 29, String(format: "%.2f MMAC", Double(row.multiplyAdds) / 1e6), 10) }
      y += height + 8
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="960" height="\(Int(y) + 12)" font-family="sans-serif">
      <rect width="100%" height="100%" fill="#fff"/>
      \(body)</svg>

      """
  }
}
