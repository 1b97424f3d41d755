import FaceGenerator
import Foundation

/// Writes rendered sessions: an MP4 clip and the truth of its frames as CSV.
struct SessionWriter {
  private let assets: FaceAssets
  private static let framesPerSecond = 30

  init(_ assets: FaceAssets) { self.assets = assets }

  /// Renders one session; `truth` nil writes the clip alone.
  func write(
    _ maker: SessionMaker, seconds: Double, video path: String, truth: String?, quality: Int, marksDoubt: Bool = false
  ) throws {
    let rate = Self.framesPerSecond
    let video = try VideoWriter(
      path: path, width: maker.width, height: maker.height, framesPerSecond: rate, quality: quality)
    var table = TruthTable(marksDoubt: marksDoubt)
    let frames = Int(seconds * Double(rate))
    var progress = ProgressLine(total: frames, unit: "frames")
    for index in 0..<frames {
      let (picture, truth) = try maker.frame(Double(index) / Double(rate))
      try video.append(picture)
      table.append(truth)
      progress.advance()
    }
    try video.finish()
    if let truth { try table.text.write(toFile: truth, atomically: true, encoding: .utf8) }
    progress.finish()
  }

  /// Renders `NAME.mp4` and `NAME.csv` of each plan that the folder does not hold yet, and lists them in `sessions.csv`.
  func writeSet(_ plans: [SessionPlan], folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let list = folder + "/sessions.csv"
    var lines = (try? String(contentsOfFile: list, encoding: .utf8))?.split(separator: "\n").map(String.init) ?? []
    if lines.first != SessionTraits.header { lines = [SessionTraits.header] }
    for (number, plan) in plans.enumerated() {
      let isListed = lines.contains { $0.hasPrefix(plan.name + ",") }
      if isListed, FileManager.default.fileExists(atPath: "\(folder)/\(plan.name).csv") { continue }
      let maker = try SessionMaker(assets: assets, width: 640, height: 480, plan: plan)
      FileHandle.standardError.write(Data("session \(number + 1) of \(plans.count): \(folder)/\(plan.name).mp4\n".utf8))
      // Under its own name when it is whole: an interrupted run leaves nothing that looks complete.
      let part = "\(folder)/part-\(plan.name)"
      try write(
        maker, seconds: plan.seconds, video: part + ".mp4", truth: part + ".csv",
        quality: maker.traits.quality ?? 25, marksDoubt: true)
      for suffix in [".mp4", ".csv"] { try replace("\(folder)/\(plan.name)\(suffix)", with: part + suffix) }
      lines = lines.filter { !$0.hasPrefix(plan.name + ",") } + [maker.traits.line(plan)]
      try (lines.joined(separator: "\n") + "\n").write(toFile: list, atomically: true, encoding: .utf8)
    }
  }

  /// Whether a folder holds all of the plans' sessions.
  static func isComplete(_ plans: [SessionPlan], folder: String) -> Bool {
    let list = (try? String(contentsOfFile: folder + "/sessions.csv", encoding: .utf8)) ?? ""
    return plans.allSatisfy { plan in
      list.contains("\n\(plan.name),") && FileManager.default.fileExists(atPath: "\(folder)/\(plan.name).csv")
    }
  }

  private func replace(_ path: String, with part: String) throws {
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
    try FileManager.default.moveItem(atPath: part, toPath: path)
  }
}
