import GLES
import NeuralGraph

extension FramePlanner {
  /// The texture that is read back.
  var sheet: Int { vectors[0] ?? 0 }

  /// Brings all outputs into the sheet: most lie there already, some are copied in the pass that writes it last.
  mutating func planOutputs() throws(ShaderError) {
    let sheet = vectorTexture(0)
    for lane in lanes.indices {
      let graph = lanes[lane].graph
      var starts: [Int: [Int]] = [:]
      for value in Set(graph.outputs.map(\.value)).sorted() { starts[value] = try bring(value, of: lane, to: sheet) }
      for image in 0..<lanes[lane].batch {
        let runs = graph.outputs.map { output in
          let start = starts[output.value]?[image] ?? 0
          return start + output.range.lowerBound..<start + output.range.upperBound
        }
        outputs.append(FramePlan.Outputs(network: lane, image: image, runs: runs))
      }
    }
  }

  /// The sheet's element of a value's first one, for each image.
  private mutating func bring(_ value: Int, of lane: Int, to sheet: Int) throws(ShaderError) -> [Int] {
    guard let place = lanes[lane].places[value] else {
      throw .network(name: lanes[lane].graph.name, problem: "value \(value) is an output and lies nowhere")
    }
    let shape = lanes[lane].shapes[value]
    var rows: [Int] = []
    if place.texture == sheet {
      rows = place.corners.map(\.y)
    } else if place.isVector {
      let tiles = place.corners.indices.map { image in
        rows.append(takeRows(1, of: sheet))
        return FramePass.Tile(
          SIMD2(0, rows[image]), width: place.width, height: 1, SIMD4(place, image: image), .zero, SIMD4(0, 0, 1, 1),
          SIMD4(1, 0, 0, 0), network: lane)
      }
      copy(tiles, from: place.texture, to: sheet, name: "\(lanes[lane].graph.name) \(value), copied")
    } else {
      let count = (shape.count + 4 * columns - 1) / (4 * columns)
      let tiles = place.corners.indices.map { image in
        rows.append(takeRows(count, of: sheet))
        return FramePass.Tile(
          SIMD2(0, rows[image]), width: columns, height: count, SIMD4(place, image: image),
          SIMD4(Float(shape.width), Float(shape.height), 0, Float(shape.count)), network: lane)
      }
      passes.append(
        FramePass(
          names: ["\(lanes[lane].graph.name) \(value), read out"], shader: .tileCollect,
          defines: options.preciseFormat.storageDefines, inputs: [.source: place.texture], target: sheet, blocks: 1,
          tiles: tiles))
    }
    return rows.map { $0 * columns * 4 }
  }

  /// Copies rows, in the last pass from there to the sheet where there is one.
  private mutating func copy(_ tiles: [FramePass.Tile], from source: Int, to sheet: Int, name: String) {
    let last = passes.lastIndex {
      $0.shader == .tileDense && $0.target == sheet && $0.inputs[.source] == source
    }
    if let last {
      passes[last].tiles += tiles
      passes[last].names.append(name)
    } else {
      passes.append(
        FramePass(
          names: [name], shader: .tileDense, defines: options.preciseFormat.storageDefines, inputs: [.source: source],
          target: sheet, blocks: 1, tiles: tiles))
    }
  }

  /// Where the first network's landmarks and correction lie, for the crops of the others.
  func landmarkSource() throws(ShaderError) -> FramePlan.LandmarkSource {
    let window = lanes[0]
    guard let landmarks = window.graph.output(named: "landmarks"),
      let correction = window.graph.output(named: "correction"),
      let points = window.places[landmarks.value], let changes = window.places[correction.value],
      points.isVector, points.texture == changes.texture
    else {
      throw .network(
        name: window.graph.name,
        problem: "crops are placed by its outputs landmarks and correction, of one fully connected layer or two alike")
    }
    let known = landmarks.range.count / 2
    let crops = lanes.dropFirst().flatMap(\.crops).compactMap { $0 }
    guard correction.range.count == 4, crops.count <= FrameExecutor.maximumCrops,
      crops.allSatisfy({ $0.landmarks.count <= CropPass.maximumLandmarks && $0.landmarks.allSatisfy { $0 < known } })
    else {
      throw .network(
        name: window.graph.name,
        problem: "\(known) landmarks and \(correction.range.count) corrections can't place \(crops.count) crops: "
          + "at most \(CropPass.maximumLandmarks) of its landmarks each, \(FrameExecutor.maximumCrops) crops, 4 corrections"
      )
    }
    return FramePlan.LandmarkSource(
      texture: points.texture, landmarksRow: points.corners[0].y, firstLandmark: landmarks.range.lowerBound,
      correctionRow: changes.corners[0].y, firstCorrection: correction.range.lowerBound)
  }
}
