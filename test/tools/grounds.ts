import type { Place } from '../../runner/model/place.ts';
import type { Grounds } from '../../runner/model/tool.ts';

/** This machine, or the toolbox of a cluster, where one place is all there is to look in. */
export const on = (place: Place, site: Grounds['site'] = 'machine'): Grounds => ({ site, here: place, node: place });
