/**
 * What the packages of ArenaScope share, and no one else is to use: who follows the arenas, and how. It may change at
 * any time.
 */
package org.arenascope.internal;
