# regioncam 0.5.2: wrong: repeated regions (2), wrong facet counts (2), wrong vertices of regions
# (2), missed adjacencies (1), invented vertices (1), repeated vertices (2), wrong totals (1)
# exact: 3 regions, f-vector [8, 10, 3], mean number of facets 4/3
import numpy as np
import regioncam

weights = [[[-3.0, 0.0], [-1.0, 0.0]], [[1.0, 0.0]], [[1.0]]]
biases = [[0.25, 0.0], [-0.25], [0.0]]
cam = regioncam.Regioncam(size=1.0)
for w, b in zip(weights[:-1], biases[:-1], strict=True):
    cam.linear(np.array(w, np.float32).T.copy(), np.array(b, np.float32))
    cam.relu()
for face in cam.faces:
    print(cam.vertex_inputs[face.vertex_ids].tolist())
print(cam.num_faces)
