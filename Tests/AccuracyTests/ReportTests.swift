import FaceCore
import Foundation
import Testing

@testable import Accuracy

@Suite struct ReportTests {
  private func temporary(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "accuracy-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func labelsAreReadByTheNamesOfTheirColumns() throws {
    try temporary { folder in
      let path = folder + "/a.csv"
      try write("t,jawOpen,present,yaw,pitch,roll,ref_ok\n0,0.25,1,10,-5,1,1\n0.5,,0,,,,0\n", path)
      let table = try FaceTable(csv: path)
      #expect(table.times == [0, 0.5] && table.isPresent == [true, false] && table.isCertain == [true, false])
      #expect(table.weights[Blendshape.jawOpen.rawValue][0] == 0.25 && table.angles[1][0] == -5)
      #expect(table.weights[Blendshape.tongueOut.rawValue] == [0, 0] && table.box[0][0].isNaN)
    }
  }

  @Test func brokenLabelsAreRefusedWithTheirPlace() throws {
    try temporary { folder in
      let path = folder + "/a.csv"
      for (text, hint) in [
        ("", "is empty"), ("t,present\n0,1\n", "“yaw”"), ("t,present,yaw,pitch,roll\n0,1,2\n", "line 2 has 3 fields"),
        ("t,present,yaw,pitch,roll\n1,1,0,0,0\n0.5,1,0,0,0\n", "line 3"),
      ] {
        try write(text, path)
        let error = #expect(throws: AccuracyError.self) { try FaceTable(csv: path) }
        #expect(error?.description.contains(hint) == true && error?.description.contains(path) == true)
      }
      #expect(throws: AccuracyError.self) { try FaceTable(csv: folder + "/none.csv") }
      #expect(throws: AccuracyError.self) { try ClipList.sessions(folder + "/none") }
    }
  }

  @Test func clipsAreThoseWithLabels() throws {
    try temporary { folder in
      for name in ["a.mp4", "a.csv", "b.mp4", "c.csv", "d.mp4", "d.csv"] { try write("", folder + "/" + name) }
      #expect(try ClipList.sessions(folder).map(\.name) == ["a", "d"])
      try write("name,light\na,side\n", folder + "/sessions.csv")
      let clips = try ClipList.sessions(folder)
      #expect(clips.map(\.name) == ["a"] && clips[0].traits == ["light": "side"])
    }
    #expect(ClipList.isWanted("s01", by: nil) && ClipList.isWanted("s01", by: "c*,s?1"))
    #expect(!ClipList.isWanted("s02", by: "c*,s?1"))
  }

  @Test func theSummaryGoesBetweenItsMarkers() throws {
    let text = "# A\n<!-- accuracy -->\nold\n<!-- /accuracy -->\nrest\n"
    let new = try SummaryFile.replaced(text, with: "| new |", path: "a.md")
    #expect(new == "# A\n<!-- accuracy -->\n| new |\n<!-- /accuracy -->\nrest\n")
    #expect(try SummaryFile.replaced(new, with: "| new |", path: "a.md") == new)
    #expect(throws: AccuracyError.self) { try SummaryFile.replaced("# A\n", with: "", path: "a.md") }
  }

  /// A clip whose jaw is told well and whose brow is not.
  private func result(_ name: String, traits: [String: String]) -> ClipResult {
    var (truth, track) = (FaceTable(), FaceTable())
    for frame in 0..<300 {
      var observation = FaceObservation.absent(at: CaptureTime(seconds: Double(frame) / 30))
      observation.weights[.jawOpen] = 0.5 + 0.5 * sin(Float(frame) * 0.1)
      observation.weights[.browInnerUp] = frame % 60 < 20 ? 0.8 : 0
      observation.pose.rotation = Quaternion(yaw: 0.5 * sin(Float(frame) * 0.05), pitch: 0, roll: 0)
      truth.append(observation, isPresent: true, box: [0, 0, 100, 100])
      observation.weights[.browInnerUp] = frame % 70 < 20 ? 0.3 : 0
      track.append(observation, isPresent: true, box: [0, 0, 100, 100])
    }
    let clip = LabelledClip(name: name, origin: .session, video: "", labels: "", traits: traits)
    return ClipResult(clip, reference: truth, track: track)
  }

  @Test func worstMomentsLieApart() throws {
    let moments = try #require(result("a", traits: [:]).worst[.browInnerUp])
    #expect(moments.count == 6)
    #expect(moments.allSatisfy { abs($0.truth - $0.tracked) > 0.25 })
    for (index, moment) in moments.enumerated() {
      #expect(moments.dropFirst(index + 1).allSatisfy { abs($0.seconds - moment.seconds) > 0.5 })
    }
  }

  @Test func reportsHoldClipsMeansAndGroups() throws {
    let results = ["a", "b", "c"].enumerated().map { index, name in
      result(name, traits: ["glasses": index == 0 ? "yes" : "no", "skin_lightness": "\(20 + 20 * index)"])
    }
    let report = AccuracyReport(results, executor: "a test")
    #expect(report.recordings == nil && report.sessions?.clips == 3)
    #expect(report.weakChannels(try #require(report.sessions)) == [.browInnerUp])
    #expect(
      report.groups.map { "\($0.trait) \($0.value) \($0.summary.clips)" }.sorted() == [
        "glasses no 2", "glasses yes 1", "skin darkest third 1", "skin lightest third 1", "skin middle third 1",
      ])
    let text = ReportText(report)
    #expect(text.markdown.contains("| mean | 1.000 |") && text.markdown.contains("| jawOpen | 1.000 | 1.00 |"))
    #expect(text.terminal.split(separator: "\n").count == 5)
    #expect(text.summary.contains("| figure | 3 sessions |"))
    let decoded = try JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any]
    #expect((decoded?["clips"] as? [Any])?.count == 3)
  }

  @Test func plotsAreWholePictures() {
    let bars = [
      ReportPlots.Bar(name: "a < b", value: 0.5), .init(name: "none", value: nil), .init(name: "c", value: -0.1),
    ]
    let plot = ReportPlots.bars("title", bars, range: -0.2...1, aim: 0.8)
    #expect(plot.hasPrefix("<svg") && plot.hasSuffix("</svg>\n") && plot.contains("a &lt; b"))
    #expect(XMLCheck.isBalanced(plot))
    let errors = (0..<400).map { (yaw: Double($0 % 40) - 20, error: 1.5) }
    #expect(ReportPlots.errorByYaw(errors).allSatisfy { abs($0.error - 1.5) < 1e-9 })
    #expect(XMLCheck.isBalanced(ReportPlots.rotation(errors)))
    #expect(XMLCheck.isBalanced(ReportPlots.rotation([])))
  }
}

/// As much of XML as the plots use: every element is closed, in order.
private enum XMLCheck {
  static func isBalanced(_ text: String) -> Bool {
    var open: [Substring] = []
    for part in text.split(separator: "<", omittingEmptySubsequences: true) {
      guard let end = part.firstIndex(of: ">") else { return false }
      let tag = part[..<end]
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " && $0 != "\n" })
      }
    }
    return open.isEmpty
  }
}
