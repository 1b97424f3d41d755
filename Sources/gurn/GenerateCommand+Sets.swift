import FaceGenerator
import Foundation

/// Training sets: shards in folders and endless streams.
extension GenerateCommand {
  private enum Item {
    case face(FaceSample)
    case negative([UInt8])
  }

  func writeShard(_ assets: FaceAssets, _ folder: String) throws {
    let crew = try SampleCrew(assets: assets, size: size, seed: seed, isSmooth: smooth, jobs: jobs)
    let shard = try ShardWriter(folder: folder, size: size, seed: seed, force: force)
    var progress = ProgressLine(total: count + negatives, unit: "samples")
    let faces = count
    try crew.run(count: count + negatives) { maker, index -> Item in
      index < faces ? .face(try maker.sample(index)) : .negative(try maker.negative(index - faces))
    } receive: { item in
      switch item {
      case .face(let sample): try shard.append(sample)
      case .negative(let luma): try shard.append(negative: luma)
      }
      progress.advance()
      return true
    }
    try shard.finish()
    progress.finish()
  }

  /// Ends when nobody reads standard output any more.
  func writeStream(_ assets: FaceAssets) throws {
    let crew = try SampleCrew(assets: assets, size: size, seed: seed, isSmooth: smooth, jobs: jobs)
    let pipe = PipeWriter(descriptor: STDOUT_FILENO)
    guard try pipe.write(SampleStream.header(size: size, seed: seed)) else { return }
    let (faces, negatives) = (count, negatives)
    let batch = faces + negatives
    var samples: [FaceSample] = []
    var empty: [[UInt8]] = []
    try crew.run { maker, index -> Item in
      let (round, place) = (index / batch, index % batch)
      return place < faces
        ? .face(try maker.sample(round * faces + place))
        : .negative(try maker.negative(round * negatives + place - faces))
    } receive: { item in
      switch item {
      case .face(let sample): samples.append(sample)
      case .negative(let luma): empty.append(luma)
      }
      guard samples.count + empty.count == batch else { return true }
      defer {
        samples.removeAll(keepingCapacity: true)
        empty.removeAll(keepingCapacity: true)
      }
      guard try pipe.write(SampleStream.frame(faces: samples)) else { return false }
      return try empty.isEmpty || pipe.write(SampleStream.frame(negatives: empty))
    }
  }
}
