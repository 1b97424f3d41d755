import FaceCore
import NeuralGraph

/// A place where the detector believes a face to be.
package struct Detection: Sendable, Equatable {
  package var window: FaceWindow
  /// 0…1.
  package var score: Float
}

/// Reads the detector's map: for each cell a score (logit), the face's offset from the cell's middle (in cells), the logarithm
/// of its window's side (in units of 32 input pixels) and its roll (radians).
package struct DetectionMap: Sendable {
  private static let sideUnitPixels: Float = 32

  package let columns: Int
  package let rows: Int
  /// Width and height of the detector's input, pixels.
  package let inputSize: SIMD2<Float>
  /// The edge of a cell in pixels of the detector's input.
  package let cellPixels: Float

  /// A map for an input of that size in cells of `stride` pixels; the last ones may reach beyond it.
  package init(inputWidth: Int, inputHeight: Int, stride: Int) {
    columns = (inputWidth + stride - 1) / stride
    rows = (inputHeight + stride - 1) / stride
    inputSize = [Float(inputWidth), Float(inputHeight)]
    cellPixels = Float(stride)
  }

  /// The map of a detector, whose output has to be five planes of one power of two; `path` is for messages.
  init(detector: Graph, path: String) throws(FaceTrackingError) {
    let input = detector.input.shape
    let shapes: [TensorShape]
    do { shapes = try detector.validated() } catch { throw .model("\(path): \(error)") }
    guard let output = detector.output(named: "map") else { throw .model("\(path): has no output “map”") }
    let shape = shapes[output.value]
    let maps = [2, 4, 8, 16, 32].map { Self(inputWidth: input.width, inputHeight: input.height, stride: $0) }
    guard output.range == 0..<shape.count, shape.channels == 5,
      let map = maps.first(where: { $0.columns == shape.width && $0.rows == shape.height })
    else {
      throw .model(
        "\(path): its map is \(shape), of which \(output.range.count) elements; five planes in cells of 2 to 32 pixels "
          + "of its input, \(input.width)×\(input.height), are needed")
    }
    self = map
  }

  /// The crop that lays a whole frame into the detector's input without distortion; what is left over repeats the frame's edge.
  package func frameCrop(width: Int, height: Int) -> CropTransform {
    let side = max(Float(width), Float(height) * inputSize.x / inputSize.y)
    return CropTransform(centre: SIMD2(Float(width), Float(height)) / 2, side: side, roll: 0, mirrored: false)
  }

  /// The best candidate with at least `threshold`, in frame pixels, or nil. `map` is 5 × rows × columns.
  ///
  /// - Parameter taken: windows whose faces are not meant: what overlaps with one of them is the same face.
  package func best(
    in map: [Float], crop: CropTransform, threshold: Float, apartFrom taken: [FaceWindow] = []
  ) -> Detection? {
    var bestCell: Int?
    for cell in 0..<rows * columns {
      if let bestCell, !(map[cell] > map[bestCell]) { continue }
      if !taken.isEmpty, window(at: cell, in: map, crop: crop).isFace(of: taken) { continue }
      bestCell = cell
    }
    guard let bestCell else { return nil }
    let score = map[bestCell].logistic
    guard score >= threshold else { return nil }
    return Detection(window: window(at: bestCell, in: map, crop: crop), score: score)
  }

  /// The window that a cell speaks of, in frame pixels.
  private func window(at index: Int, in map: [Float], crop: CropTransform) -> FaceWindow {
    let cells = rows * columns
    let cell = SIMD2(Float(index % columns), Float(index / columns)) + 0.5
    let offset = SIMD2(map[cells + index], map[2 * cells + index])
    let pixels = (cell + offset) * cellPixels - inputSize / 2
    let scale = crop.side / inputSize.x
    let side = map[3 * cells + index].exponential * Self.sideUnitPixels * scale
    return FaceWindow(centre: crop.centre + pixels * scale, side: side, roll: map[4 * cells + index])
  }

  /// The highest score, 0…1, of the cells within half a side of a window's middle; 1 where no cell lies there.
  package func score(near window: FaceWindow, in map: [Float], crop: CropTransform) -> Float {
    let scale = crop.side / inputSize.x * cellPixels
    let corner = crop.centre - SIMD2(Float(columns), Float(rows)) * (scale / 2)
    let reach = max(window.side / 2, scale)
    var best = -Float.infinity
    for row in 0..<rows {
      for column in 0..<columns {
        let offset = corner + (SIMD2(Float(column), Float(row)) + 0.5) * scale - window.centre
        if abs(offset.x) <= reach, abs(offset.y) <= reach { best = max(best, map[row * columns + column]) }
      }
    }
    return best == -.infinity ? 1 : best.logistic
  }
}
