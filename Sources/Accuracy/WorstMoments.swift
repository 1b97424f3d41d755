import Capture
import FaceCore
import FaceGenerator
import Foundation

/// Contact sheets of the moments at which weak channels are furthest off.
struct WorstMoments {
  private let report: AccuracyReport
  private static let cell = 160
  private static let columns = 4
  private static let cells = 12

  init(_ report: AccuracyReport) { self.report = report }

  /// One picture to be cut out of a clip, and where it goes.
  private struct Cut {
    var sheet: Int
    var cell: Int
    var moment: ClipResult.Moment
  }

  /// Writes `worst-PART-CHANNEL.png` for each weak channel of each part; reads each clip once.
  func write(to folder: String) throws {
    var names: [String] = []
    var sheets: [[MomentPicture?]] = []
    var cuts: [String: [Cut]] = [:]
    for (name, origin, summary) in report.parts {
      for channel in report.weakChannels(summary) {
        let moments = moments(channel, origin)
        for (cell, moment) in moments.enumerated() {
          cuts[moment.video, default: []].append(Cut(sheet: names.count, cell: cell, moment: moment.moment))
        }
        names.append("worst-\(name)-\(channel.name).png")
        sheets.append([MomentPicture?](repeating: nil, count: moments.count))
      }
    }
    for (video, wanted) in cuts {
      try read(video, wanted) { cut, picture in sheets[cut.sheet][cut.cell] = picture }
    }
    for (name, pictures) in zip(names, sheets) {
      var sheet = ContactSheet(columns: Self.columns, cell: Self.cell)
      for case let picture? in pictures { sheet.append(picture.luma) }
      try PictureFile.writePNG(sheet.picture(), path: folder + "/" + name)
    }
  }

  /// The worst moments of a channel over the clips of one origin.
  private func moments(
    _ channel: Blendshape, _ origin: LabelledClip.Origin
  ) -> [(video: String, moment: ClipResult.Moment)] {
    let all = report.results.filter { $0.clip.origin == origin }.flatMap { result in
      (result.worst[channel] ?? []).map { (video: result.clip.video, moment: $0) }
    }
    return Array(
      all.sorted { abs($0.moment.truth - $0.moment.tracked) > abs($1.moment.truth - $1.moment.tracked) }
        .prefix(Self.cells))
  }

  private func read(_ video: String, _ cuts: [Cut], _ take: (Cut, MomentPicture) -> Void) throws {
    let wanted = Dictionary(grouping: cuts) { $0.moment.frame }
    guard let last = wanted.keys.max() else { return }
    let source = try VideoFile(path: video)
    var index = 0
    while index <= last, case .frame(let frame) = try source.next() {
      for cut in wanted[index] ?? [] { take(cut, MomentPicture(frame, cut.moment, edge: Self.cell)) }
      index += 1
    }
  }
}
